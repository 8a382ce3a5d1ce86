resource "aws_sns_topic" "new" {
  name = "four-ways-moved"
}

resource "aws_sns_topic" "keyed" {
  for_each = toset(["0", "1"])
  name     = "four-ways-counted-${each.key}"
}

module "inner" {
  source = "./inner"
  topic  = aws_sns_topic.new.arn
}

moved {
  from = aws_sns_topic.old
  to   = aws_sns_topic.between
}

moved {
  from = aws_sns_topic.between
  to   = aws_sns_topic.new
}

moved {
  from = aws_sns_topic.counted[0]
  to   = aws_sns_topic.keyed["0"]
}

moved {
  from = aws_sns_topic.counted[1]
  to   = aws_sns_topic.keyed["1"]
}

moved {
  from = aws_ssm_parameter.alone
  to   = module.inner.aws_ssm_parameter.this
}
