resource "aws_sns_topic" "this" {
  name = "four-ways-west-only"
}

output "arn" {
  value = aws_sns_topic.this.arn
}
