variable "topic" {
  type = string
}

variable "queues" {
  type        = map(number)
  description = "Visibility timeouts by name"

  validation {
    condition     = alltrue([for seconds in values(var.queues) : seconds >= 0])
    error_message = "A timeout is not negative."
  }
}

variable "secret" {
  type      = string
  sensitive = true
}

resource "aws_sqs_queue" "this" {
  for_each = var.queues

  name                       = "labelled-${each.key}"
  visibility_timeout_seconds = each.value
  tags                       = { topic = var.topic }
}

output "queues" {
  value = { for name, queue in aws_sqs_queue.this : name => queue.url }
}

output "secret" {
  value     = "${var.secret}!"
  sensitive = true
}
