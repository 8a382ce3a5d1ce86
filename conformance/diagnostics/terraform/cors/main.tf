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

resource "aws_apigatewayv2_api" "everybody" {
  name          = "everybody"
  protocol_type = "HTTP"
  cors_configuration {
    allow_credentials = true
    allow_origins     = ["*"]
  }
}

resource "aws_apigatewayv2_api" "pattern" {
  name          = "pattern"
  protocol_type = "HTTP"
  cors_configuration {
    allow_origins = ["https://*.example.com"]
  }
}
