terraform {
  required_version = ">= 1.7.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

resource "aws_kms_key" "this" {
  description         = "Messages of the example"
  enable_key_rotation = true
}

module "queue" {
  source = "../../../sqs"

  name       = "photo-editor-monitored"
  kms_key_id = aws_kms_key.this.key_id
}

module "monitoring" {
  source = "../.."

  name            = "photo-editor-example"
  region          = "eu-west-1"
  functions       = { status = "photo-editor-example-status" }
  api_name        = "photo-editor-example-api"
  queue_name      = module.queue.queue.name
  dlq_name        = module.queue.dlq.name
  queue_alarms    = { age = module.queue.alarm_names.age, dlq = module.queue.alarm_names.dlq }
  log_group_names = ["/aws/lambda/photo-editor-example-status"]
}

output "dashboard" {
  description = "Name of the example's dashboard"
  value       = module.monitoring.dashboard_name
}
