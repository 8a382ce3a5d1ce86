terraform {
  required_version = ">= 1.7.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

module "budget" {
  source = "../.."

  name      = "photo-editor-example-monthly"
  limit_usd = 50
  emails    = ["finance@example.com"]
}

output "budget" {
  description = "Name of the example's budget"
  value       = module.budget.name
}
