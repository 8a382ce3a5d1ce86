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

resource "aws_sqs_queue" "long" {
  name = "photo-editor-production-processing-dead-letters-of-the-worker-that-edits-photos-42"
}

resource "aws_lambda_function" "long" {
  function_name = "photo-editor-production-the-function-that-edits-photos-with-ai-models"
  role          = "arn:aws:iam::123456789012:role/worker"
  s3_bucket     = "code"
  s3_key        = "code.zip"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
}

resource "aws_s3_bucket" "capitals" {
  bucket = "PhotoEditor_Uploads"
}

resource "aws_iam_role" "spaces" {
  name               = "photo editor worker"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_cloudwatch_log_group" "sign" {
  name = "/photo editor/?"
}
