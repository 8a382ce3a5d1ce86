output "key_id" {
  description = "Id of the key"
  value       = aws_kms_key.this.key_id
}

output "key_arn" {
  description = "ARN of the key"
  value       = aws_kms_key.this.arn
}

output "alias_arn" {
  description = "ARN of the alias"
  value       = aws_kms_alias.this.arn
}
