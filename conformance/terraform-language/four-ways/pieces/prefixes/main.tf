resource "aws_sqs_queue" "this" {
  name_prefix = "four-ways-"
}

resource "aws_iam_role" "this" {
  name_prefix        = "four-ways-"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "this" {
  role = aws_iam_role.this.name
}

resource "aws_sns_topic" "unnamed" {}
