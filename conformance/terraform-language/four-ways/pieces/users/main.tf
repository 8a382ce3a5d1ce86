resource "aws_cognito_user_pool" "this" {
  name                     = "four-ways"
  auto_verified_attributes = ["email"]
  password_policy {
    minimum_length    = 12
    require_lowercase = true
    require_numbers   = true
    require_symbols   = false
    require_uppercase = true
  }
  schema {
    name                = "plan"
    attribute_data_type = "String"
    mutable             = true
    string_attribute_constraints {
      min_length = 1
      max_length = 20
    }
  }
}

resource "aws_cognito_user_pool_client" "this" {
  name                = "web"
  user_pool_id        = aws_cognito_user_pool.this.id
  explicit_auth_flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_cognito_user_group" "this" {
  for_each     = toset(["admins", "editors"])
  name         = each.key
  user_pool_id = aws_cognito_user_pool.this.id
}

output "endpoint" {
  value = aws_cognito_user_pool.this.endpoint
}
