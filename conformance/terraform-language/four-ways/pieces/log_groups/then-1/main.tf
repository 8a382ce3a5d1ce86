variable "groups" {
  type    = set(string)
  default = ["worker", "web"]
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = var.groups
  name              = "/four-ways/${each.key}"
  retention_in_days = 14
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each       = aws_cloudwatch_log_group.this
  name           = "errors-${each.key}"
  log_group_name = each.value.name
  pattern        = "ERROR"
  metric_transformation {
    name      = "Errors"
    namespace = "FourWays"
    value     = "1"
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  name            = "four-ways/errors"
  log_group_names = sort([for group in aws_cloudwatch_log_group.this : group.name])
  query_string    = <<-EOT
    fields @timestamp, @message
    | filter @message like /ERROR/
    | sort @timestamp desc
    | limit 20
  EOT
}
