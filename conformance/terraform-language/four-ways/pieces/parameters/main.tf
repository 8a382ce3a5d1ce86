variable "password" {
  type      = string
  sensitive = true
  default   = "correct horse"
}

resource "aws_ssm_parameter" "plain" {
  name  = "/four-ways/plain"
  type  = "String"
  value = "one"
}

resource "aws_ssm_parameter" "secret" {
  name  = "/four-ways/secret"
  type  = "SecureString"
  value = var.password
}

resource "aws_ssm_parameter" "list" {
  name  = "/four-ways/list"
  type  = "StringList"
  value = join(",", ["a", "b"])
}

data "aws_ssm_parameter" "plain" {
  name = aws_ssm_parameter.plain.name
}

output "version" {
  value = aws_ssm_parameter.secret.version
}

output "secret" {
  value     = aws_ssm_parameter.secret.value
  sensitive = true
}

output "read" {
  value     = data.aws_ssm_parameter.plain.value
  sensitive = true
}
