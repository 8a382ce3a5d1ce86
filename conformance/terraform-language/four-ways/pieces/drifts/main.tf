resource "aws_sqs_queue" "changed" {
  name                       = "four-ways-drifts"
  visibility_timeout_seconds = 30
}

resource "aws_cloudwatch_log_group" "gone" {
  name = "/four-ways/gone"
}

output "seconds" {
  value = aws_sqs_queue.changed.visibility_timeout_seconds
}
