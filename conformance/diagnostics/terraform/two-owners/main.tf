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
  name = "owned-twice"
}

resource "aws_sqs_queue_policy" "first" {
  queue_url = aws_sqs_queue.jobs.url
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }] })
}

resource "aws_sqs_queue_policy" "second" {
  queue_url = aws_sqs_queue.jobs.url
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "b", Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }] })
}
