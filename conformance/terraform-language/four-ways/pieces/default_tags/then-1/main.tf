resource "aws_sqs_queue" "plain" {
  name = "four-ways-default-tags"
}

resource "aws_sqs_queue" "own" {
  name = "four-ways-own-tags"
  tags = { Project = "own", Extra = "no" }
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/four-ways/default-tags"
  tags = { Name = "logs" }
}

data "aws_default_tags" "this" {}

output "tags" {
  value = [aws_sqs_queue.own.tags_all, data.aws_default_tags.this.tags]
}
