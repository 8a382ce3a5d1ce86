output "api_url" {
  description = "URL of the REST API's stage"
  value       = aws_api_gateway_stage.v1.invoke_url
}

output "temp_bucket_name" {
  description = "Bucket of uploads (TEMP_BUCKET_NAME)"
  value       = module.s3.temp_bucket.name
}

output "final_bucket_name" {
  description = "Bucket of processed images (FINAL_BUCKET_NAME)"
  value       = module.s3.final_bucket.name
}

output "jobs_table_name" {
  description = "Table of jobs (JOBS_TABLE_NAME)"
  value       = aws_dynamodb_table.jobs.name
}

output "batches_table_name" {
  description = "Table of batches (BATCHES_TABLE_NAME)"
  value       = aws_dynamodb_table.batches.name
}

output "sns_topic_arn" {
  description = "Topic of finished jobs (SNS_TOPIC_ARN)"
  value       = module.notifications.arn
}

output "alarm_topic_arn" {
  description = "Topic of alarms"
  value       = module.alarms.arn
}

output "processing_queue_url" {
  description = "Queue of uploads to process"
  value       = module.processing.queue.url
}

output "dlq_url" {
  description = "Dead-letter queue, for the runbook's redrive"
  value       = module.processing.dlq.url
}

output "kms_key_arn" {
  description = "Key of images, jobs and messages"
  value       = module.kms.key_arn
}

output "dashboard_name" {
  description = "CloudWatch dashboard"
  value       = module.monitoring.dashboard_name
}

output "worker_function_name" {
  description = "Function that processes uploads"
  value       = aws_lambda_function.worker.function_name
}

output "ai_provider_key" {
  description = "Key of the image provider, for tools that check it"
  value       = var.ai_provider_key
  sensitive   = true
}
