terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_policy" "broken" {
  name   = "broken"
  policy = "{ \"Version\": \"2012-10-17\", "
}

resource "aws_sqs_queue" "jobs" {
  name           = "jobs"
  redrive_policy = "three times"
}

resource "aws_cloudwatch_event_rule" "often" {
  name                = "often"
  schedule_expression = "every 5 minutes"
}
