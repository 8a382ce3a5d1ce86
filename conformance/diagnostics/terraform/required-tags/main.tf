variable "tags" {
  type        = map(string)
  description = "Tags of everything"

  validation {
    condition     = alltrue([for name in ["Owner", "CostCenter"] : contains(keys(var.tags), name)])
    error_message = "The tags must have Owner and CostCenter."
  }

  validation {
    condition     = can(regex("^[a-z]+$", lookup(var.tags, "Stage", "dev")))
    error_message = "The Stage \"${lookup(var.tags, "Stage", "")}\" must be lower case."
  }
}

variable "environment" {
  type = string
  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The environment must be dev or prod."
  }
}

resource "terraform_data" "this" {
  input = var.tags
}
