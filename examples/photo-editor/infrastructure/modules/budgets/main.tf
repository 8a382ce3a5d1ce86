resource "aws_budgets_budget" "monthly" {
  name              = var.name
  budget_type       = "COST"
  limit_amount      = tostring(var.limit_usd)
  limit_unit        = "USD"
  time_unit         = "MONTHLY"
  time_period_start = var.time_period_start

  dynamic "cost_filter" {
    for_each = var.project_tag == null ? [] : [var.project_tag]
    content {
      name   = "TagKeyValue"
      values = [join("$", ["user:Project", cost_filter.value])]
    }
  }

  dynamic "notification" {
    for_each = toset(var.thresholds_percent)
    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = "ACTUAL"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.emails
    }
  }
}
