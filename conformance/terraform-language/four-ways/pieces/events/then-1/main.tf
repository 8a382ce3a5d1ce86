resource "aws_sqs_queue" "this" {
  name = "four-ways-events"
}

resource "aws_cloudwatch_event_rule" "this" {
  name                = "four-ways"
  schedule_expression = "rate(10 minutes)"
}

resource "aws_cloudwatch_event_rule" "pattern" {
  name          = "four-ways-pattern"
  event_pattern = jsonencode({ source = ["four.ways"], detail = { kind = [{ prefix = "photo" }] } })
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.pattern.name
  target_id = "queue"
  arn       = aws_sqs_queue.this.arn
  input_transformer {
    input_paths    = { kind = "$.detail.kind" }
    input_template = "{\"kind\": <kind>}"
  }
}

resource "aws_iam_role" "this" {
  name = "four-ways-scheduler"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "scheduler.amazonaws.com" } }]
  })
}

resource "aws_scheduler_schedule_group" "this" {
  name = "four-ways"
}

resource "aws_scheduler_schedule" "this" {
  name                = "four-ways"
  group_name          = aws_scheduler_schedule_group.this.name
  schedule_expression = "cron(0 4 * * ? *)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_sqs_queue.this.arn
    role_arn = aws_iam_role.this.arn
    input    = jsonencode({ job = "clean" })
  }
}
