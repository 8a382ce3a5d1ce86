terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.west]
    }
  }
}

data "aws_region" "here" {}

data "aws_region" "there" {
  provider = aws.west
}

resource "aws_sqs_queue" "here" {
  name = "four-ways-${data.aws_region.here.name}"
}

resource "aws_sqs_queue" "there" {
  provider = aws.west
  name     = "four-ways-${data.aws_region.there.name}"
}

module "west_only" {
  source    = "./inner"
  providers = { aws = aws.west }
}

output "arns" {
  value = [aws_sqs_queue.here.arn, aws_sqs_queue.there.arn, module.west_only.arn]
}
