locals {
  queues = {
    jobs   = { seconds = 60, tries = 3 }
    mails  = { seconds = 30, tries = 5 }
    albums = { seconds = 90, tries = 1 }
  }
}

resource "aws_sqs_queue" "dead" {
  name                      = "four-ways-dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "this" {
  for_each = local.queues

  name                       = "four-ways-${each.key}"
  visibility_timeout_seconds = each.value.seconds
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = each.value.tries
  })
}

resource "aws_sqs_queue_policy" "this" {
  for_each  = aws_sqs_queue.this
  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = each.value.arn
    }]
  })
}

output "urls" {
  value = { for name, queue in aws_sqs_queue.this : name => queue.url }
}
