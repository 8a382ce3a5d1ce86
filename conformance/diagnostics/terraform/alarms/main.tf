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

resource "aws_cloudwatch_metric_alarm" "misspelled" {
  alarm_name          = "misspelled"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Error"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 1
  dimensions          = { FunctionName = "worker" }
}

resource "aws_cloudwatch_metric_alarm" "dimension" {
  alarm_name          = "dimension"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "ApproximateNumberOfMessagesVisible"
  namespace           = "AWS/SQS"
  period              = 60
  statistic           = "Sum"
  threshold           = 1
  dimensions          = { Queue = "jobs" }
}

resource "aws_cloudwatch_composite_alarm" "health" {
  alarm_name = "health"
  alarm_rule = "ALARM(misspelled) OR ALARM(nobody-made-this)"
}
