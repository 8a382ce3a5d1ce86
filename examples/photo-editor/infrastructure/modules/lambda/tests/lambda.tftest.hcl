mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name         = "photo-editor-test"
  package_file = "main.tf"
}

run "reserves_concurrency_outside_the_vpc" {
  command = plan

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 100
    error_message = "A function must not take the account's concurrency."
  }
  assert {
    condition     = length(aws_lambda_function.this.vpc_config) == 0 && length(aws_iam_role_policy_attachment.vpc) == 0
    error_message = "A function stays outside the VPC unless it is asked to."
  }
}

run "refuses_wildcards" {
  command = plan

  variables {
    permissions = [{ actions = ["s3:*"], resources = ["*"] }]
  }
  expect_failures = [var.permissions]
}
