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

resource "aws_apigatewayv2_domain_name" "api" {
  domain_name = "app.example.com"
  domain_name_configuration {
    certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/one"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_api_gateway_domain_name" "rest" {
  domain_name              = "app.example.com"
  regional_certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/one"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}
