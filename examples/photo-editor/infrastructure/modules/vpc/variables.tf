variable "name" {
  description = "Name of the network"
  type        = string
}

variable "cidr_block" {
  description = "Addresses of the network; a /16 leaves room for sixteen subnets"
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.cidr_block)) && tonumber(split("/", var.cidr_block)[1]) <= 20
    error_message = "The block must be an IPv4 CIDR of at most /20."
  }
}

variable "zone_count" {
  description = "Availability zones that have a public and a private subnet"
  type        = number
  default     = 2

  validation {
    condition     = var.zone_count >= 1 && var.zone_count <= 3
    error_message = "One to three zones are used."
  }
}

variable "enable_nat" {
  description = "Whether private subnets reach the internet, by one NAT gateway"
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything here"
  type        = map(string)
  default     = {}
}
