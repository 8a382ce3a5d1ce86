variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 1
}

output "arn" {
  value = "arn:${var.name}:${var.size}"
}
