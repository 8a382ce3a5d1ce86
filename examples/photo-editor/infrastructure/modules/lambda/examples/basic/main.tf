terraform {
  required_version = ">= 1.7.0"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

data "archive_file" "code" {
  type        = "zip"
  output_path = "${path.module}/.build/function.zip"

  source {
    filename = "index.mjs"
    content  = "export const handler = async () => ({ ok: true });"
  }
}

module "function" {
  source = "../.."

  name         = "photo-editor-example"
  package_file = data.archive_file.code.output_path
}

output "arn" {
  description = "ARN of the example's function"
  value       = module.function.arn
}
