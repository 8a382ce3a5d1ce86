variable "password" {
  type      = string
  ephemeral = true
  default   = "never kept"
}

resource "aws_ssm_parameter" "this" {
  name             = "/four-ways/write-only"
  type             = "SecureString"
  value_wo         = var.password
  value_wo_version = 1
}

resource "aws_secretsmanager_secret" "this" {
  name                    = "four-ways-write-only"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = var.password
  secret_string_wo_version = 1
}
