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
  nmae                       = "jobs"
  visibility_timeout_seconds = 30
  redrive {
    tries = 3
  }
}
