variable "name" {
  description = "Name of the topic"
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.name))
    error_message = "The name must be 1 to 256 letters, digits, hyphens or underscores."
  }
}

variable "display_name" {
  description = "Sender name of mails"
  type        = string
  default     = null
}

variable "kms_key_id" {
  description = "Key that messages are encrypted with; null: not encrypted"
  type        = string
  default     = null
}

variable "publisher_services" {
  description = "AWS services that publish to the topic (cloudwatch.amazonaws.com)"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for s in var.publisher_services : endswith(s, ".amazonaws.com")])
    error_message = "A publisher is a service principal and ends in .amazonaws.com."
  }
}

variable "emails" {
  description = "Addresses subscribed to the topic"
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of the topic"
  type        = map(string)
  default     = {}
}
