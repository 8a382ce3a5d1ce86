resource "aws_sqs_queue" "nested" {
  name          = "four-ways-ignored"
  delay_seconds = 5
  tags          = { Owner = "b", Team = "b" }
  lifecycle {
    ignore_changes = [tags["Owner"], delay_seconds]
  }
}

resource "aws_sqs_queue" "all" {
  name = "four-ways-ignored-all"
  tags = { Owner = "b" }
  lifecycle {
    ignore_changes = all
  }
}
