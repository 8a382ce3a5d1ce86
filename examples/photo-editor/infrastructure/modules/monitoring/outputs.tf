output "dashboard_name" {
  description = "Name of the dashboard"
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "composite_alarm_name" {
  description = "Name of the alarm of the application's health"
  value       = aws_cloudwatch_composite_alarm.health.alarm_name
}

output "alarm_names" {
  description = "Names of all alarms here"
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.errors : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.duration : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.throttles : alarm.alarm_name],
    [aws_cloudwatch_metric_alarm.api_5xx.alarm_name, aws_cloudwatch_composite_alarm.health.alarm_name],
  ))
}

output "query_names" {
  description = "Names of the prepared Insights queries"
  value       = [aws_cloudwatch_query_definition.errors.name, aws_cloudwatch_query_definition.performance.name]
}
