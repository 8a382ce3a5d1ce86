variable "features" {
  type = object({
    queue  = optional(bool, true)
    topic  = optional(bool, false)
    limits = optional(object({ size = optional(number, 1024) }), {})
  })
  default = {}
}

resource "aws_sqs_queue" "this" {
  count            = var.features.queue ? 1 : 0
  name             = "four-ways-conditional"
  max_message_size = var.features.limits.size
}

resource "aws_sns_topic" "this" {
  count = var.features.topic ? 1 : 0
  name  = "four-ways-conditional"
}

output "queue" {
  value = one(aws_sqs_queue.this[*].name)
}

output "topic" {
  value = try(aws_sns_topic.this[0].arn, "none")
}

output "legacy" {
  value = join(",", aws_sqs_queue.this.*.name)
}
