resource "aws_sqs_queue" "nested" {
  name = "four-ways-ignored"
  tags = { Owner = "a", Team = "a" }
  lifecycle {
    ignore_changes = [tags["Owner"], delay_seconds]
  }
}

resource "aws_sqs_queue" "all" {
  name = "four-ways-ignored-all"
  tags = { Owner = "a" }
  lifecycle {
    ignore_changes = all
  }
}
