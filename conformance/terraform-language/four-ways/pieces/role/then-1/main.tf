# Known in the plan: nothing in it is new.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "read" {
  source_policy_documents = [data.aws_iam_policy_document.more.json]
  statement {
    sid       = "Read"
    actions   = ["s3:ListBucket"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "more" {
  statement {
    sid       = "Logs"
    actions   = ["logs:PutLogEvents"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "this" {
  name                 = "four-ways-role"
  path                 = "/four/"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "this" {
  name   = "read"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_policy" "this" {
  name   = "four-ways-managed"
  policy = data.aws_iam_policy_document.more.json
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = {
    own = aws_iam_policy.this.arn
    aws = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
  }
  role       = aws_iam_role.this.name
  policy_arn = each.value
}

output "role" {
  value = aws_iam_role.this.arn
}
