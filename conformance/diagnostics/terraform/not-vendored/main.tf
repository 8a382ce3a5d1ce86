module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 5.0"
}

module "labels" {
  source = "git::https://example.com/labels.git?ref=v1.2.0"
}
