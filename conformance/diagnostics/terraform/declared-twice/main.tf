variable "name" {}

locals {
  size = 1
}

output "size" {
  value = local.size
}

resource "terraform_data" "this" {}

provider "aws" {
  region = "us-east-1"
}

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
