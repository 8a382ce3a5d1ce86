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

resource "aws_sqs_queue" "text" {
  name                       = "numbers"
  visibility_timeout_seconds = "45"
  fifo_queue                 = "false"
}

resource "aws_sqs_queue" "word" {
  name                       = "words"
  visibility_timeout_seconds = "a minute"
  fifo_queue                 = "no"
}
