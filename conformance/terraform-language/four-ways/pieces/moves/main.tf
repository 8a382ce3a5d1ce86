resource "aws_sns_topic" "old" {
  name = "four-ways-moved"
}

resource "aws_sns_topic" "counted" {
  count = 2
  name  = "four-ways-counted-${count.index}"
}

resource "aws_ssm_parameter" "alone" {
  name  = "/four-ways/alone"
  type  = "String"
  value = aws_sns_topic.old.arn
}
