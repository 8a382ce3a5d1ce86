variable "retention" {
  type    = number
  default = 7
  validation {
    condition     = contains([1, 3, 7, 14], var.retention)
    error_message = "Not a retention that CloudWatch has."
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/four-ways/conditions"
  retention_in_days = var.retention
  lifecycle {
    precondition {
      condition     = var.retention >= 7
      error_message = "Too short."
    }
    postcondition {
      condition     = startswith(self.arn, "arn:aws:logs:")
      error_message = "No log group's ARN."
    }
  }
}

data "aws_cloudwatch_log_group" "this" {
  name = aws_cloudwatch_log_group.this.name
  lifecycle {
    postcondition {
      condition     = self.retention_in_days == 7
      error_message = "Not kept for a week."
    }
  }
}

check "kept" {
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days > 5
    error_message = "Not kept for long."
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days > 30
    error_message = "Not kept for a month, but ${aws_cloudwatch_log_group.this.retention_in_days} days."
  }
}

check "read" {
  data "aws_cloudwatch_log_group" "again" {
    name = aws_cloudwatch_log_group.this.name
  }
  assert {
    condition     = data.aws_cloudwatch_log_group.again.arn != ""
    error_message = "It has no ARN."
  }
}

output "arn" {
  value = data.aws_cloudwatch_log_group.this.arn
  precondition {
    condition     = aws_cloudwatch_log_group.this.skip_destroy == false
    error_message = "It would stay."
  }
}
