variable "name" {
  description = "Name of the budget"
  type        = string
}

variable "limit_usd" {
  description = "Spending limit of a month in USD"
  type        = number

  validation {
    condition     = var.limit_usd > 0
    error_message = "The limit must be more than nothing."
  }
}

variable "thresholds_percent" {
  description = "Percentages of the limit that are told"
  type        = list(number)
  default     = [80, 100]

  validation {
    condition     = alltrue([for t in var.thresholds_percent : t > 0 && t <= 1000])
    error_message = "A threshold is a percentage between 0 and 1000."
  }
}

variable "emails" {
  description = "Addresses that are told"
  type        = list(string)

  validation {
    condition     = length(var.emails) >= 1 && length(var.emails) <= 10
    error_message = "A budget tells one to ten addresses."
  }
}

variable "project_tag" {
  description = "Value of the tag Project that is counted; null counts the account"
  type        = string
  default     = null
}

variable "time_period_start" {
  description = "First day counted, as 2025-01-01_00:00"
  type        = string
  default     = "2025-01-01_00:00"
}
