resource "terraform_data" "this" {
  input = {
    a = 1
    b = [1, 2
  }
}

variable "x" {
  default = "${upper("a"}"
}
