resource "aws_iam_user" "this" {
  for_each      = { ann = "/ops/", eve = "/" }
  name          = "four-ways-${each.key}"
  path          = each.value
}

resource "aws_iam_group" "this" {
  name = "four-ways"
}

resource "aws_iam_group_membership" "this" {
  name  = "four-ways"
  group = aws_iam_group.this.name
  users = [for user in aws_iam_user.this : user.name]
}

resource "aws_iam_group_policy" "this" {
  group  = aws_iam_group.this.name
  name   = "read"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:Get*"], Resource = "*" }] })
}
