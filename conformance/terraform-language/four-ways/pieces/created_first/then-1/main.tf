resource "aws_sns_topic" "this" {
  name = "four-ways-second"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ssm_parameter" "this" {
  name  = "/four-ways/first"
  type  = "String"
  value = aws_sns_topic.this.arn
}
