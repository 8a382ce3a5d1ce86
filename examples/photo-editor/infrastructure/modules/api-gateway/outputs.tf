output "invoke_url" {
  description = "URL of the stage"
  value       = aws_api_gateway_stage.this.invoke_url
}

output "name" {
  description = "Name of the API, the dimension ApiName of its metrics"
  value       = aws_api_gateway_rest_api.this.name
}

output "execution_arn" {
  description = "ARN prefix of its requests"
  value       = aws_api_gateway_rest_api.this.execution_arn
}
