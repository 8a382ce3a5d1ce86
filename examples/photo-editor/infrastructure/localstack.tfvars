environment     = "dev"
use_localstack  = true
ai_provider_url = "http://127.0.0.1:4010"
ai_provider_key = "local-stand-in"
alarm_email     = "oncall@example.com"
log_level       = "INFO"
