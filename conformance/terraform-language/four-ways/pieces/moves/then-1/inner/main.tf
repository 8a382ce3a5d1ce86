variable "topic" {
  type = string
}

resource "aws_ssm_parameter" "this" {
  name  = "/four-ways/alone"
  type  = "String"
  value = var.topic
}
