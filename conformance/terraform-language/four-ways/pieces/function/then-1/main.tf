variable "stage_secret" {
  type      = string
  sensitive = true
  default   = "louder"
}

data "archive_file" "code" {
  type        = "zip"
  output_path = "${path.module}/build/code.zip"
  source {
    filename = "index.js"
    content  = "exports.handler = async () => ({ statusCode: 200 });\n"
  }
}

resource "aws_iam_role" "this" {
  name = "four-ways-function"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = aws_sqs_queue.this.arn }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/four-ways-function"
  retention_in_days = 14
}

resource "aws_sqs_queue" "this" {
  name                       = "four-ways-function-jobs"
  visibility_timeout_seconds = 60
}

resource "aws_lambda_function" "this" {
  function_name    = "four-ways-function"
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256
  handler          = "index.handler"
  runtime          = "nodejs20.x"
  role             = aws_iam_role.this.arn
  timeout          = 20

  environment {
    variables = {
      QUEUE  = aws_sqs_queue.this.url
      SECRET = var.stage_secret
    }
  }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn        = aws_sqs_queue.this.arn
  function_name           = aws_lambda_function.this.arn
  batch_size              = 6
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_lambda_permission" "this" {
  statement_id  = "events"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "events.amazonaws.com"
}

output "invoke" {
  value = aws_lambda_function.this.invoke_arn
}
