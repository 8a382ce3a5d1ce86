mock_provider "aws" {}

variables {
  name            = "photo-editor-test"
  region          = "eu-west-1"
  functions       = { worker = "worker", status = "status" }
  api_name        = "api"
  queue_name      = "queue"
  dlq_name        = "dlq"
  queue_alarms    = { age = "queue-age", dlq = "queue-dlq" }
  log_group_names = ["/aws/lambda/worker"]
}

run "watches_every_function" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.errors) == 2 && aws_cloudwatch_metric_alarm.errors["worker"].threshold == 5
    error_message = "Every function must have its alarm at five errors."
  }
  assert {
    condition     = aws_cloudwatch_composite_alarm.health.alarm_rule == "ALARM(\"api-5xx\") OR ALARM(\"queue-age\") OR ALARM(\"queue-dlq\")"
    error_message = "The application's health must depend on API, age and dead letters."
  }
}

run "shows_what_the_document_asks_for" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 4
    error_message = "The dashboard must show API, queue, duration and errors."
  }
}

run "refuses_nothing_to_watch" {
  command = plan

  variables {
    functions = {}
  }
  expect_failures = [var.functions]
}
