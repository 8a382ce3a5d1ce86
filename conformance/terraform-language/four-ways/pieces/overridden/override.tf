resource "aws_sqs_queue" "this" {
  delay_seconds = 2
}

locals {
  wait = 7
}
