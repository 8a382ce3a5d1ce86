terraform {
  required_version = ">= 1.7.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

module "monitoring" {
  source = "../.."

  name            = "photo-editor-example"
  region          = "eu-west-1"
  functions       = { status = "photo-editor-example-status" }
  api_name        = "photo-editor-example-api"
  queue_name      = "photo-editor-example"
  dlq_name        = "photo-editor-example-dlq"
  queue_alarms    = { age = "photo-editor-example-age", dlq = "photo-editor-example-dlq-messages" }
  log_group_names = ["/aws/lambda/photo-editor-example-status"]
}

output "dashboard" {
  description = "Name of the example's dashboard"
  value       = module.monitoring.dashboard_name
}
