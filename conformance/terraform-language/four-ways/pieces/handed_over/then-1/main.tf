removed {
  from = aws_cloudwatch_log_group.this
  lifecycle {
    destroy = false
  }
}
