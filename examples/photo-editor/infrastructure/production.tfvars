# The provider's key comes from TF_VAR_ai_provider_key.
environment       = "prod"
ai_provider_url   = "https://images.example.com"
alarm_email       = "oncall@example.com"
log_level         = "ERROR"
enable_bff_lambda = false

cost_tags = {
  Owner      = "engineering"
  CostCenter = "product"
}
