mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name       = "photo-editor-test"
  kms_key_id = "11111111-2222-3333-4444-555555555555"
}

run "tries_three_times" {
  command = apply

  assert {
    condition     = jsondecode(aws_sqs_queue.main.redrive_policy).maxReceiveCount == 3
    error_message = "A message must be tried three times."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.main.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dlq.arn
    error_message = "Failed messages must go to the dead-letter queue."
  }
}

run "watches_the_queue" {
  command = plan

  assert {
    condition     = aws_cloudwatch_metric_alarm.age.threshold == 600 && aws_cloudwatch_metric_alarm.dlq.threshold == 0 && aws_cloudwatch_metric_alarm.depth.threshold == 100
    error_message = "The alarms must have the documented thresholds."
  }
}

run "refuses_no_try_at_all" {
  command = plan

  variables {
    max_receive_count = 0
  }
  expect_failures = [var.max_receive_count]
}
