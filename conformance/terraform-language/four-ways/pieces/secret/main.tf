resource "random_password" "this" {
  length  = 12
  special = false
}

resource "aws_secretsmanager_secret" "this" {
  name                    = "four-ways-secret"
  description             = "Of the database"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id     = aws_secretsmanager_secret.this.id
  secret_string = jsonencode({ user = "app", password = random_password.this.result })
}

output "user" {
  value = nonsensitive(jsondecode(aws_secretsmanager_secret_version.this.secret_string).user)
}
