variable "name" {
  description = "Name of the function and of its role"
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The name must be 1 to 64 letters, digits, hyphens or underscores."
  }
}

variable "package_file" {
  description = "Zip file of the code"
  type        = string
}

variable "handler" {
  description = "Module and exported function"
  type        = string
  default     = "index.handler"
}

variable "runtime" {
  description = "Lambda runtime"
  type        = string
  default     = "nodejs22.x"
}

variable "architecture" {
  description = "Instruction set"
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture must be x86_64 or arm64."
  }
}

variable "timeout" {
  description = "Seconds until an invocation is stopped"
  type        = number
  default     = 30

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "The timeout must be between 1 and 900 seconds."
  }
}

variable "memory_size" {
  description = "Memory in MB"
  type        = number
  default     = 256
}

variable "reserved_concurrency" {
  description = "Concurrent executions reserved for the function"
  type        = number
  default     = 100
}

variable "environment" {
  description = "Environment variables"
  type        = map(string)
  default     = {}
}

variable "permissions" {
  description = "What the function may do; no wildcard stands for an action or a resource"
  type = list(object({
    actions   = list(string)
    resources = list(string)
  }))
  default = []

  validation {
    condition = alltrue(flatten([
      for p in var.permissions : concat([for a in p.actions : !strcontains(a, "*")], [for r in p.resources : r != "*"])
    ]))
    error_message = "Permissions name their actions and resources; a wildcard is refused by the standards."
  }
}

variable "vpc" {
  description = "Subnets and security groups of a worker; API functions stay outside"
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null
}

variable "log_retention_days" {
  description = "Days that the function's log is kept"
  type        = number
  default     = 14
}

variable "tags" {
  description = "Tags of function, role and log group"
  type        = map(string)
  default     = {}
}
