resource "aws_sns_topic" "this" {
  name   = "four-ways-same-policy"
  policy = <<-EOT
    {"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}]}
  EOT
}

resource "aws_iam_policy" "this" {
  name = "four-ways-same-policy"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "s3:GetObject", Resource = "*" }
  })
}
