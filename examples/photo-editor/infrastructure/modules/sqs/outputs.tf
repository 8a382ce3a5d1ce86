output "queue" {
  description = "Name, URL and ARN of the queue"
  value = {
    name = aws_sqs_queue.main.name
    url  = aws_sqs_queue.main.url
    arn  = aws_sqs_queue.main.arn
  }
}

output "dlq" {
  description = "Name, URL and ARN of the dead-letter queue"
  value = {
    name = aws_sqs_queue.dlq.name
    url  = aws_sqs_queue.dlq.url
    arn  = aws_sqs_queue.dlq.arn
  }
}

output "alarm_names" {
  description = "Names of the alarms by what they watch"
  value = {
    age   = aws_cloudwatch_metric_alarm.age.alarm_name
    dlq   = aws_cloudwatch_metric_alarm.dlq.alarm_name
    depth = aws_cloudwatch_metric_alarm.depth.alarm_name
  }
}
