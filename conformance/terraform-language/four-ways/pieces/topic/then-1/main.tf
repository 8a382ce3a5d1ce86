resource "aws_sns_topic" "this" {
  name = "four-ways-topic"
}

resource "aws_sqs_queue" "this" {
  count = 1
  name  = "four-ways-topic-${count.index}"
}

resource "aws_sns_topic_subscription" "this" {
  count                = length(aws_sqs_queue.this)
  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this[count.index].arn
  raw_message_delivery = count.index == 0
  filter_policy        = count.index == 0 ? jsonencode({ kind = ["photo", "album"] }) : null
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn
  policy = templatefile("${path.module}/policy.json.tftpl", {
    topic   = aws_sns_topic.this.arn
    senders = ["events.amazonaws.com", "s3.amazonaws.com"]
  })
}

output "subscriptions" {
  value = aws_sns_topic_subscription.this[*].arn
}
