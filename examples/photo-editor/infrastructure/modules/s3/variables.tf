variable "name_prefix" {
  description = "Prefix of the buckets' names; unique in the world"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,49}$", var.name_prefix))
    error_message = "The prefix must be 2 to 50 lowercase letters, digits or hyphens."
  }
}

variable "kms_key_arn" {
  description = "Key that the final bucket encrypts with"
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The key must be given by its ARN."
  }
}

variable "enable_lifecycle_rules" {
  description = "Whether uploads expire and images are tiered"
  type        = bool
  default     = true
}

variable "final_transitions" {
  description = "Storage classes that processed images move to, and after how many days"
  type = list(object({
    days          = number
    storage_class = string
  }))
  default = [
    { days = 30, storage_class = "STANDARD_IA" },
    { days = 90, storage_class = "GLACIER_IR" },
    { days = 365, storage_class = "GLACIER" },
  ]

  validation {
    condition = alltrue([
      for t in var.final_transitions : contains(["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER"], t.storage_class)
    ])
    error_message = "A storage class must be STANDARD_IA, INTELLIGENT_TIERING, GLACIER_IR or GLACIER."
  }
}

variable "cors_allowed_origins" {
  description = "Origins whose pages may upload"
  type        = list(string)
  default     = ["*"]
}

variable "force_destroy" {
  description = "Whether destroying a bucket destroys the objects in it"
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags of every bucket"
  type        = map(string)
  default     = {}
}
