resource "aws_sns_topic" "tainted" {
  name = "four-ways-tainted"
}

resource "aws_sns_topic" "replaced" {
  name = "four-ways-replaced"
}

resource "aws_ssm_parameter" "this" {
  name  = "/four-ways/marked"
  type  = "String"
  value = aws_sns_topic.replaced.arn
}
