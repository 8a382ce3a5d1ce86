data "aws_caller_identity" "this" {}
data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_availability_zones" "this" {
  state = "available"
}

locals {
  prefix = "arn:${data.aws_partition.this.partition}:sqs:${data.aws_region.this.name}:${data.aws_caller_identity.this.account_id}"
  zones  = slice(data.aws_availability_zones.this.names, 0, 2)
}

output "prefix" {
  value = local.prefix
}

output "zones" {
  value = local.zones
}
