resource "aws_sqs_queue" "this" {
  name                        = "four-ways.fifo"
  fifo_queue                  = "true"
  content_based_deduplication = true
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
  visibility_timeout_seconds  = 46
}

resource "aws_sns_topic" "this" {
  name                        = "four-ways.fifo"
  fifo_topic                  = true
  content_based_deduplication = true
}
