resource "aws_sns_topic" "this" {
  name   = "four-ways-same-policy"
  policy = <<-EOT
    {
      "Statement": {"Effect": "Allow", "Sid": "a", "Principal": "*", "Resource": ["*"], "Action": ["sns:Publish"]},
      "Version": "2012-10-17"
    }
  EOT
}

resource "aws_iam_policy" "this" {
  name = "four-ways-same-policy"
  policy = jsonencode({
    Statement = [{ Action = ["s3:GetObject"], Effect = "Allow", Resource = ["*"] }]
    Version   = "2012-10-17"
  })
}
