mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name_prefix = "photo-editor-test"
  kms_key_arn = "arn:aws:kms:eu-west-1:000000000000:key/11111111-2222-3333-4444-555555555555"
}

run "uploads_expire_after_two_days" {
  command = plan

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.temp[0].rule[0].expiration[0].days == 2
    error_message = "Uploads must expire after 48 hours."
  }
  assert {
    condition = toset([for t in aws_s3_bucket_lifecycle_configuration.final[0].rule[0].transition : t.storage_class]) == toset([
      "STANDARD_IA", "GLACIER_IR", "GLACIER",
    ])
    error_message = "Images must be tiered three times."
  }
}

run "public_access_is_blocked" {
  command = plan

  assert {
    condition = alltrue([
      for block in [aws_s3_bucket_public_access_block.temp, aws_s3_bucket_public_access_block.final, aws_s3_bucket_public_access_block.logs] :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "Every bucket must block public access."
  }
}

run "no_rules_on_an_emulator" {
  command = plan

  variables {
    enable_lifecycle_rules = false
  }
  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.temp) + length(aws_s3_bucket_lifecycle_configuration.final) == 0
    error_message = "There must be no lifecycle rules."
  }
}

run "refuses_capital_letters" {
  command = plan

  variables {
    name_prefix = "PhotoEditor"
  }
  expect_failures = [var.name_prefix]
}
