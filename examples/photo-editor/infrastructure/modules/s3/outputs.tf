output "temp_bucket" {
  description = "Name and ARN of the bucket of uploads"
  value       = { name = aws_s3_bucket.temp.bucket, arn = aws_s3_bucket.temp.arn }
}

output "final_bucket" {
  description = "Name and ARN of the bucket of processed images"
  value       = { name = aws_s3_bucket.final.bucket, arn = aws_s3_bucket.final.arn }
}

output "logs_bucket" {
  description = "Name of the bucket of access logs"
  value       = aws_s3_bucket.logs.bucket
}
