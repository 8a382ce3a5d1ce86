variable "seconds" {
  type    = number
  default = 2
}

resource "aws_sqs_queue" "base" {
  name          = "four-ways-targeted"
  delay_seconds = var.seconds
}

resource "aws_ssm_parameter" "wanted" {
  name  = "/four-ways/wanted"
  type  = "String"
  value = "${aws_sqs_queue.base.arn} ${var.seconds}"
}

resource "aws_ssm_parameter" "other" {
  name  = "/four-ways/other"
  type  = "String"
  value = var.seconds
}
