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
  function_name    = "worker"
  role             = "arn:aws:iam::123456789012:role/worker"
  filename         = "${path.module}/../backend/dist/worker.zip"
  source_code_hash = filebase64sha256("${path.module}/../backend/dist/worker.zip")
  handler          = "index.handler"
  runtime          = "nodejs20.x"
}

resource "aws_lambda_function" "presign" {
  function_name = "presign"
  role          = "arn:aws:iam::123456789012:role/worker"
  filename      = "${path.module}/dist/presign.zip"
  handler       = "index.handler"
  runtime       = "nodejs20.x"
}

resource "aws_s3_object" "page" {
  bucket = "site"
  key    = "index.html"
  source = "${path.module}/site/index.html"
}

output "config" {
  value = templatefile("${path.module}/config.tftpl", {})
}
