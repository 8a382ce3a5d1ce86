terraform {
  required_version = ">= 1.7.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

module "vpc" {
  source = "../.."

  name       = "photo-editor-example"
  zone_count = 2
  enable_nat = false
}

output "private_subnet_ids" {
  description = "Subnets for the example's workers"
  value       = module.vpc.private_subnet_ids
}
