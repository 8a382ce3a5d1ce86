locals {
  lambda_widgets = {
    duration = { title = "Function duration", metric = "Duration", stat = "Average" }
    errors   = { title = "Function errors", metric = "Errors", stat = "Sum" }
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = var.functions

  alarm_name          = "${each.value}-errors"
  alarm_description   = "More than five errors in five minutes, twice in a row"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = each.value }
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "duration" {
  for_each = var.functions

  alarm_name          = "${each.value}-duration"
  alarm_description   = "Takes longer than thirty seconds on average"
  namespace           = "AWS/Lambda"
  metric_name         = "Duration"
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 30000
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = each.value }
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each = var.functions

  alarm_name          = "${each.value}-throttles"
  alarm_description   = "Invocations were refused"
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = each.value }
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

# More than one request in a hundred.
resource "aws_cloudwatch_metric_alarm" "api_5xx" {
  alarm_name          = "${var.api_name}-5xx"
  alarm_description   = "More than 1 % of the API's answers are server errors"
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags

  metric_query {
    id          = "rate"
    expression  = "100 * errors / requests"
    label       = "5XX in percent"
    return_data = true
  }

  metric_query {
    id = "errors"
    metric {
      namespace   = "AWS/ApiGateway"
      metric_name = "5XXError"
      stat        = "Sum"
      period      = 300
      dimensions  = { ApiName = var.api_name }
    }
  }

  metric_query {
    id = "requests"
    metric {
      namespace   = "AWS/ApiGateway"
      metric_name = "Count"
      stat        = "Sum"
      period      = 300
      dimensions  = { ApiName = var.api_name }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "health" {
  alarm_name        = "${var.name}-application-health"
  alarm_description = "Something that users notice is wrong"
  alarm_rule = join(" OR ", [
    for name in [aws_cloudwatch_metric_alarm.api_5xx.alarm_name, var.queue_alarms.age, var.queue_alarms.dlq] : "ALARM(\"${name}\")"
  ])
  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions
  tags          = var.tags
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [
        {
          type   = "metric"
          x      = 0
          y      = 0
          width  = 12
          height = 6
          properties = {
            title  = "API requests and errors"
            region = var.region
            stat   = "Sum"
            period = 300
            metrics = [
              ["AWS/ApiGateway", "Count", "ApiName", var.api_name],
              ["AWS/ApiGateway", "4XXError", "ApiName", var.api_name],
              ["AWS/ApiGateway", "5XXError", "ApiName", var.api_name],
            ]
          }
        },
        {
          type   = "metric"
          x      = 12
          y      = 0
          width  = 12
          height = 6
          properties = {
            title  = "Queue depth, age and dead letters"
            region = var.region
            stat   = "Maximum"
            period = 60
            metrics = [
              ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue_name],
              ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", var.queue_name],
              ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dlq_name],
            ]
          }
        },
      ],
      [
        for i, key in sort(keys(local.lambda_widgets)) : {
          type   = "metric"
          x      = 12 * i
          y      = 6
          width  = 12
          height = 6
          properties = {
            title   = local.lambda_widgets[key].title
            region  = var.region
            stat    = local.lambda_widgets[key].stat
            period  = 300
            metrics = [for name in values(var.functions) : ["AWS/Lambda", local.lambda_widgets[key].metric, "FunctionName", name]]
          }
        }
      ],
    )
  })
}

resource "aws_cloudwatch_query_definition" "errors" {
  name            = "${var.name}/error-analysis"
  log_group_names = var.log_group_names

  query_string = <<-EOT
    fields @timestamp, @log, @message
    | filter @message like /ERROR/
    | sort @timestamp desc
    | limit 100
  EOT
}

resource "aws_cloudwatch_query_definition" "performance" {
  name            = "${var.name}/performance-analysis"
  log_group_names = var.log_group_names

  query_string = <<-EOT
    filter @type = "REPORT"
    | stats avg(@duration), max(@duration), pct(@duration, 95), max(@maxMemoryUsed / 1000 / 1000) as maxMemoryMB by @log
    | sort @log asc
  EOT
}
