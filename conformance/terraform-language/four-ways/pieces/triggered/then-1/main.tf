resource "aws_ssm_parameter" "release" {
  name  = "/four-ways/release"
  type  = "String"
  value = "2"
}

resource "aws_sns_topic" "by_attribute" {
  name = "four-ways-by-attribute"
  lifecycle {
    replace_triggered_by = [aws_ssm_parameter.release.value]
  }
}

resource "aws_sns_topic" "by_other_attribute" {
  name = "four-ways-by-other"
  lifecycle {
    replace_triggered_by = [aws_ssm_parameter.release.type]
  }
}
