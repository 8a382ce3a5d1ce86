variable "project_name" {
  description = "Project name, the prefix of every physical name and the Project tag"
  type        = string
  default     = "photo-editor"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.project_name))
    error_message = "The project name must be 3 to 21 lowercase letters, digits or hyphens and start with a letter."
  }
}

variable "environment" {
  description = "Environment name: decides log retention, deletion protection and tags"
  type        = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "The environment must be one of dev, staging, prod."
  }
}

variable "cost_tags" {
  description = "Cost tags beside Project and Env, required on every resource"
  type = object({
    Owner      = optional(string, "engineering")
    CostCenter = optional(string, "product")
  })
  default  = {}
  nullable = false
}

variable "region" {
  description = "AWS region of everything here"
  type        = string
  default     = "eu-west-1"
}

variable "use_localstack" {
  description = "Deploys to a local AWS emulator instead of AWS: its endpoints, dummy credentials, no lifecycle rules"
  type        = bool
  default     = false
}

variable "localstack_endpoint" {
  description = "Where the local AWS emulator answers"
  type        = string
  default     = "http://localhost:4566"

  validation {
    condition     = can(regex("^https?://[^/]+$", var.localstack_endpoint))
    error_message = "The endpoint must be a URL without a path."
  }
}

variable "backend_dist" {
  description = "Folder of the built functions, one folder each; relative to the root module"
  type        = string
  default     = "../backend/dist"
}

variable "lambda_runtime" {
  description = "Runtime of every function"
  type        = string
  default     = "nodejs22.x"
}

variable "lambda_reserved_concurrency" {
  description = "Concurrent executions reserved for each function, so that none takes the account's"
  type        = number
  default     = 100

  validation {
    condition     = var.lambda_reserved_concurrency >= 1 && floor(var.lambda_reserved_concurrency) == var.lambda_reserved_concurrency
    error_message = "Every function needs a reserved concurrency of at least 1."
  }
}

variable "log_level" {
  description = "CloudWatch logging level of the API's stage"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["OFF", "ERROR", "INFO"], var.log_level)
    error_message = "The log level must be OFF, ERROR or INFO."
  }
}

variable "ai_provider_url" {
  description = "Base URL of the image provider's HTTP API (Gemini, Seedream or a stand-in)"
  type        = string
}

variable "ai_provider_key" {
  description = "Key of the image provider's API"
  type        = string
  sensitive   = true
}

variable "alarm_email" {
  description = "Address that alarms are mailed to; null subscribes nobody"
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+$", var.alarm_email))
    error_message = "The alarm address must be an e-mail address."
  }
}

variable "enable_bff_lambda" {
  description = "Adds the NestJS backend for frontend under /bff"
  type        = bool
  default     = false
}

variable "enable_budgets" {
  description = "Adds the monthly budget with its notifications"
  type        = bool
  default     = false
}

variable "monthly_budget_usd" {
  description = "Monthly spending limit in USD, where budgets are enabled"
  type        = number
  default     = 200
}

variable "enable_vpc" {
  description = "Adds the VPC that workers may move to; API functions never do"
  type        = bool
  default     = false
}
