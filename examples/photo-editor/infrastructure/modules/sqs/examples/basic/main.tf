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
  source = "../.."

  name       = "photo-editor-example"
  kms_key_id = aws_kms_key.this.key_id
}

output "queue_url" {
  description = "URL of the example's queue"
  value       = module.queue.queue.url
}
