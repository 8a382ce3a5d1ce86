variable "name" {
  description = "Name of the queue; its dead-letter queue is called name-dlq"
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,76}$", var.name))
    error_message = "The name must be 1 to 76 letters, digits, hyphens or underscores."
  }
}

variable "kms_key_id" {
  description = "Key that the messages are encrypted with"
  type        = string
}

variable "visibility_timeout_seconds" {
  description = "How long a received message stays hidden; at least six times the consumer's timeout"
  type        = number
  default     = 360

  validation {
    condition     = var.visibility_timeout_seconds >= 0 && var.visibility_timeout_seconds <= 43200
    error_message = "The visibility timeout must be between 0 and 43200 seconds."
  }
}

variable "message_retention_seconds" {
  description = "How long a message waits before it is lost"
  type        = number
  default     = 345600

  validation {
    condition     = var.message_retention_seconds >= 60 && var.message_retention_seconds <= 1209600
    error_message = "Messages are kept between 60 and 1209600 seconds."
  }
}

variable "max_receive_count" {
  description = "Tries before a message goes to the dead-letter queue"
  type        = number
  default     = 3

  validation {
    condition     = var.max_receive_count >= 1 && var.max_receive_count <= 1000
    error_message = "A message is tried between 1 and 1000 times."
  }
}

variable "allowed_senders" {
  description = "AWS services that may send to the queue, each for one source"
  type = map(object({
    service    = string
    source_arn = string
  }))
  default = {}
}

variable "alarm_actions" {
  description = "ARNs told when an alarm changes"
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of queues and alarms"
  type        = map(string)
  default     = {}
}
