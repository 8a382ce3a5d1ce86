variable "name" {
  description = "Name of the table"
  type        = string
}

variable "hash_key" {
  description = "Partition key"
  type        = string
}

variable "range_key" {
  description = "Sort key; null for none"
  type        = string
  default     = null
}

variable "attributes" {
  description = "Type (S, N, B) of every attribute that is part of a key"
  type        = map(string)

  validation {
    condition     = alltrue([for t in values(var.attributes) : contains(["S", "N", "B"], t)])
    error_message = "A key attribute is of type S, N or B."
  }
}

variable "indexes" {
  description = "Global secondary indexes by name"
  type = map(object({
    hash_key  = string
    range_key = optional(string)
  }))
  default = {}
}

variable "ttl_attribute" {
  description = "Attribute that holds the time of expiry; null for none"
  type        = string
  default     = null
}

variable "stream_view_type" {
  description = "What the stream shows; null for no stream"
  type        = string
  default     = null
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored to any second of the last 35 days"
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether deleting the table is refused"
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Key that the table is encrypted with"
  type        = string
}

variable "tags" {
  description = "Tags of the table"
  type        = map(string)
  default     = {}
}
