variable "password" {
  default   = "hush"
  sensitive = true
}

output "password" {
  value = "the password is ${var.password}"
}

resource "terraform_data" "each" {
  for_each = toset([var.password])
}
