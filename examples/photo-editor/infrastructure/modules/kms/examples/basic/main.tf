terraform {
  required_version = ">= 1.7.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

module "kms" {
  source = "../.."

  alias              = "photo-editor-example"
  description        = "Encrypts the example"
  service_principals = ["s3.amazonaws.com"]
}

output "key_arn" {
  description = "ARN of the example's key"
  value       = module.kms.key_arn
}
