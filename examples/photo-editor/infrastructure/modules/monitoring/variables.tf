variable "name" {
  description = "Name of the dashboard and prefix of alarms and queries"
  type        = string
}

variable "region" {
  description = "Region of the dashboard's metrics"
  type        = string
}

variable "functions" {
  description = "Names of the functions to watch, by a key of their own"
  type        = map(string)

  validation {
    condition     = length(var.functions) > 0
    error_message = "There must be a function to watch."
  }
}

variable "api_name" {
  description = "Name of the REST API"
  type        = string
}

variable "queue_name" {
  description = "Name of the work queue"
  type        = string
}

variable "dlq_name" {
  description = "Name of the dead-letter queue"
  type        = string
}

variable "queue_alarms" {
  description = "Names of the queue's alarms that the application's health depends on"
  type = object({
    age = string
    dlq = string
  })
}

variable "log_group_names" {
  description = "Log groups that the queries search"
  type        = list(string)
}

variable "alarm_actions" {
  description = "ARNs told when an alarm changes"
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of the alarms"
  type        = map(string)
  default     = {}
}
