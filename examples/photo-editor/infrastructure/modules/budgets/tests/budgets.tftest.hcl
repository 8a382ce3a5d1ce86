mock_provider "aws" {}

variables {
  name      = "photo-editor-test"
  limit_usd = 50
  emails    = ["finance@example.com"]
}

run "tells_at_80_and_100_percent" {
  command = plan

  assert {
    condition     = sort([for n in aws_budgets_budget.monthly.notification : n.threshold]) == sort([80, 100])
    error_message = "The budget must tell at 80 and at 100 percent."
  }
}

run "refuses_nobody_to_tell" {
  command = plan

  variables {
    emails = []
  }
  expect_failures = [var.emails]
}
