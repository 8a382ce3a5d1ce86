mock_provider "aws" {}

variables {
  name        = "photo-editor-test"
  hash_key    = "id"
  attributes  = { id = "S" }
  kms_key_arn = "arn:aws:kms:eu-west-1:000000000000:key/11111111-2222-3333-4444-555555555555"
}

run "is_restorable_and_encrypted" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.server_side_encryption[0].enabled
    error_message = "The table must be restorable and encrypted."
  }
  assert {
    condition     = length(aws_dynamodb_table.this.ttl) == 0 && output.stream_arn == null
    error_message = "Nothing may expire and nothing may stream unless it is asked for."
  }
}

run "refuses_an_unknown_attribute_type" {
  command = plan

  variables {
    attributes = { id = "string" }
  }
  expect_failures = [var.attributes]
}
