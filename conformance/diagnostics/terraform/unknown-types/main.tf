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

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

output "arn" {
  value = aws_sqs_queue.jobs.arnn
}

data "aws_sqs_queues" "all" {
  prefix = "x"
}

resource "aws_sqs_queueue" "other" {}
