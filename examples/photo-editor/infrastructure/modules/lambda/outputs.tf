output "arn" {
  description = "ARN of the function"
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "ARN that API Gateway invokes the function by"
  value       = aws_lambda_function.this.invoke_arn
}

output "function_name" {
  description = "Name of the function"
  value       = aws_lambda_function.this.function_name
}

output "role_name" {
  description = "Name of the function's role"
  value       = aws_iam_role.this.name
}
