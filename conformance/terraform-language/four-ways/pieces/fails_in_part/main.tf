resource "aws_sqs_queue" "good" {
  name = "four-ways-good"
}

resource "aws_sns_topic" "good" {
  name = "four-ways-good"
}

resource "aws_sns_topic_subscription" "bad" {
  topic_arn = "${aws_sns_topic.good.arn}-that-is-not-there"
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.good.arn
}

resource "aws_ssm_parameter" "after" {
  name  = "/four-ways/after"
  type  = "String"
  value = aws_sns_topic_subscription.bad.arn
}
