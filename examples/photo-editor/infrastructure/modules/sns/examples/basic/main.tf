terraform {
  required_version = ">= 1.7.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

module "alarms" {
  source = "../.."

  name               = "photo-editor-example-alarms"
  publisher_services = ["cloudwatch.amazonaws.com"]
  emails             = ["oncall@example.com"]
}

output "arn" {
  description = "ARN of the example's topic"
  value       = module.alarms.arn
}
