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

resource "aws_lambda_function" "worker" {
  function_name = "worker"
  role          = "arn:aws:iam::123456789012:role/worker"
  s3_bucket     = "code"
  s3_key        = "code.zip"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
  environment {
    variables = {
      AWS_REGION               = "us-east-1"
      AWS_LAMBDA_FUNCTION_NAME = "worker"
      TABLE                    = "jobs"
    }
  }
}
