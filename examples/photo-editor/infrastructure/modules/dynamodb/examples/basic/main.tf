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
  description         = "Items of the example"
  enable_key_rotation = true
}

module "jobs" {
  source = "../.."

  name          = "photo-editor-example-jobs"
  hash_key      = "jobId"
  attributes    = { jobId = "S", userId = "S" }
  indexes       = { byUser = { hash_key = "userId" } }
  ttl_attribute = "expiresAt"
  kms_key_arn   = aws_kms_key.this.arn
}

output "table" {
  description = "Name of the example's table"
  value       = module.jobs.name
}
