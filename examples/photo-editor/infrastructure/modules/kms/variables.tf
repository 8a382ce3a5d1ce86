variable "alias" {
  description = "Alias of the key, without the prefix alias/"
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9/_-]+$", var.alias)) && !startswith(var.alias, "aws/")
    error_message = "An alias has letters, digits, slashes, underscores and hyphens, and does not begin with aws/."
  }
}

variable "description" {
  description = "What the key encrypts"
  type        = string
}

variable "deletion_window_in_days" {
  description = "Days that a deleted key can still be restored"
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30
    error_message = "The deletion window must be between 7 and 30 days."
  }
}

variable "service_principals" {
  description = "AWS services that encrypt and decrypt with the key on their own account (s3.amazonaws.com)"
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of the key"
  type        = map(string)
  default     = {}
}
