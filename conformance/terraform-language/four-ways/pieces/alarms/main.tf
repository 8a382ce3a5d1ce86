locals {
  thresholds = { errors = "5", throttles = "2" }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.thresholds
  alarm_name          = "four-ways-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = "2"
  metric_name         = title(each.key)
  namespace           = "AWS/Lambda"
  period              = "300"
  statistic           = "Sum"
  threshold           = each.value
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = "four-ways" }
}

resource "aws_cloudwatch_composite_alarm" "this" {
  alarm_name = "four-ways-health"
  alarm_rule = join(" OR ", [for alarm in aws_cloudwatch_metric_alarm.this : "ALARM(\"${alarm.alarm_name}\")"])
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = "four-ways"
  dashboard_body = jsonencode({
    widgets = [
      for name, alarm in aws_cloudwatch_metric_alarm.this : {
        type       = "metric"
        x          = 0
        y          = 0
        width      = 12
        height     = 6
        properties = { title = name, region = "us-east-1", metrics = [["AWS/Lambda", alarm.metric_name]] }
      }
    ]
  })
}
