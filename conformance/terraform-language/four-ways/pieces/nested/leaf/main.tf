variable "name" {
  type     = string
  nullable = false
}

variable "delay" {
  type    = number
  default = null
}

resource "aws_sqs_queue" "this" {
  name          = "four-ways-nested-${var.name}"
  delay_seconds = coalesce(var.delay, 0)
}

data "aws_sqs_queue" "this" {
  name = aws_sqs_queue.this.name
}

output "queue" {
  description = "The whole resource."
  value       = aws_sqs_queue.this
}

output "read" {
  value = data.aws_sqs_queue.this.arn
}
