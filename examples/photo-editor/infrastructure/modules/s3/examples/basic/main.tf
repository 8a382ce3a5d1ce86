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
  description         = "Images of the example"
  enable_key_rotation = true
}

module "s3" {
  source = "../.."

  name_prefix = "photo-editor-example"
  kms_key_arn = aws_kms_key.this.arn
}

output "buckets" {
  description = "Names of the example's buckets"
  value       = [module.s3.temp_bucket.name, module.s3.final_bucket.name, module.s3.logs_bucket]
}
