resource "aws_sns_topic" "this" {
  for_each = toset(["x", "y"])
  name     = "four-ways-unknown-${each.key}"
}

# Keys are known, values are not.
resource "aws_ssm_parameter" "this" {
  for_each = { for name, topic in aws_sns_topic.this : "arn-of-${name}" => topic.arn }
  name     = "/four-ways/unknown/${each.key}"
  type     = "String"
  value    = each.value
}

resource "terraform_data" "this" {
  input = {
    arns   = values(aws_sns_topic.this)[*].arn
    length = length(aws_sns_topic.this)
    first  = element(split(":", aws_sns_topic.this["x"].arn), 2)
    known  = aws_sns_topic.this["x"].name
  }
}
