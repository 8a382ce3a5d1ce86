resource "aws_sqs_queue" "this" {
  name          = "four-ways-overridden"
  delay_seconds = 1
  tags          = { From = "main" }
}

locals {
  wait = 1
}
