variable "size" {
  default = 3
}

resource "terraform_data" "this" {
  input = var.size
  lifecycle {
    precondition {
      condition     = var.size > 5
      error_message = "The size must be greater than 5, not ${var.size}."
    }
  }
}

check "small" {
  assert {
    condition     = var.size > 10
    error_message = "Smaller than advised."
  }
}
