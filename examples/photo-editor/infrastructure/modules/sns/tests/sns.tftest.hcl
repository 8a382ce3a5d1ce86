mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name = "photo-editor-test"
}

run "subscribes_each_address_once" {
  command = plan

  variables {
    emails = ["a@example.com", "b@example.com", "a@example.com"]
  }
  assert {
    condition     = length(aws_sns_topic_subscription.email) == 2
    error_message = "An address must be subscribed once."
  }
}

run "refuses_a_publisher_that_is_no_service" {
  command = plan

  variables {
    publisher_services = ["cloudwatch"]
  }
  expect_failures = [var.publisher_services]
}
