data "aws_caller_identity" "this" {}

resource "aws_kms_key" "this" {
  description             = "four ways"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  policy                  = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": { "AWS": "arn:aws:iam::${data.aws_caller_identity.this.account_id}:root" },
          "Action": "kms:*",
          "Resource": "*"
        }
      ]
    }
  EOT
}

resource "aws_kms_alias" "this" {
  name          = "alias/four-ways"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_sqs_queue" "this" {
  name                              = "four-ways-key"
  kms_master_key_id                 = aws_kms_alias.this.name
  kms_data_key_reuse_period_seconds = 300
}

output "key" {
  value = aws_kms_key.this.arn
}
