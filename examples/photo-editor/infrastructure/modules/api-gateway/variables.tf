variable "name" {
  description = "Name of the API"
  type        = string
}

variable "description" {
  description = "What the API is for"
  type        = string
  default     = null
}

variable "stage_name" {
  description = "Name of the stage, the first part of every path"
  type        = string
  default     = "v1"
}

variable "routes" {
  description = "Routes by a key of their own: method, path (up to three levels) and the function behind it"
  type = map(object({
    method        = string
    path          = string
    function_name = string
    invoke_arn    = string
  }))

  validation {
    condition     = alltrue([for r in values(var.routes) : length(split("/", trim(r.path, "/"))) <= 3])
    error_message = "A route's path has at most three levels."
  }
  validation {
    condition     = alltrue([for r in values(var.routes) : contains(["GET", "POST", "PUT", "PATCH", "DELETE", "ANY"], r.method)])
    error_message = "A route's method is GET, POST, PUT, PATCH, DELETE or ANY."
  }
}

variable "log_level" {
  description = "Execution log: OFF, ERROR or INFO"
  type        = string
  default     = "ERROR"
}

variable "log_retention_days" {
  description = "Days that the access log is kept"
  type        = number
  default     = 14
}

variable "tags" {
  description = "Tags of everything here"
  type        = map(string)
  default     = {}
}
