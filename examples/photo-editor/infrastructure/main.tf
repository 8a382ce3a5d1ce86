# A local emulator is reached by the same provider at another endpoint.
provider "aws" {
  region                      = var.region
  access_key                  = var.use_localstack ? "test" : null
  secret_key                  = var.use_localstack ? "test" : null
  s3_use_path_style           = var.use_localstack
  skip_credentials_validation = var.use_localstack
  skip_metadata_api_check     = var.use_localstack
  skip_requesting_account_id  = false

  dynamic "endpoints" {
    for_each = var.use_localstack ? [var.localstack_endpoint] : []

    content {
      apigateway     = endpoints.value
      budgets        = endpoints.value
      cloudwatch     = endpoints.value
      cloudwatchlogs = endpoints.value
      dynamodb       = endpoints.value
      ec2            = endpoints.value
      iam            = endpoints.value
      kms            = endpoints.value
      lambda         = endpoints.value
      s3             = endpoints.value
      sns            = endpoints.value
      sqs            = endpoints.value
      sts            = endpoints.value
    }
  }

  default_tags {
    tags = local.tags
  }
}

data "aws_caller_identity" "current" {}

locals {
  prefix        = "${var.project_name}-${var.environment}"
  is_production = var.environment == "prod"

  # Names of buckets are shared by the whole world, so the account is part of them.
  bucket_prefix    = "${local.prefix}-${data.aws_caller_identity.current.account_id}"
  temp_bucket_arn  = "arn:aws:s3:::${local.bucket_prefix}-temp"
  processing_queue = "${local.prefix}-processing"

  tags = merge(var.cost_tags, {
    Project = var.project_name
    Env     = var.environment
  })

  lambda_trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# ---------------------------------------------------------------- shared infrastructure

module "kms" {
  source = "./modules/kms"

  alias       = local.prefix
  description = "Encrypts images, jobs and messages of ${local.prefix}"
  service_principals = [
    "cloudwatch.amazonaws.com",
    "s3.amazonaws.com",
    "sns.amazonaws.com",
  ]
}

module "s3" {
  source = "./modules/s3"

  name_prefix            = local.bucket_prefix
  kms_key_arn            = module.kms.key_arn
  enable_lifecycle_rules = !var.use_localstack
  force_destroy          = !local.is_production
}

module "notifications" {
  source = "./modules/sns"

  name         = "${local.prefix}-jobs"
  display_name = "PhotoEditor"
  kms_key_id   = module.kms.key_id
}

module "alarms" {
  source = "./modules/sns"

  name               = "${local.prefix}-alarms"
  kms_key_id         = module.kms.key_id
  publisher_services = ["cloudwatch.amazonaws.com"]
  emails             = var.alarm_email == null ? [] : [var.alarm_email]
}

module "processing" {
  source = "./modules/sqs"

  name                       = local.processing_queue
  kms_key_id                 = module.kms.key_id
  visibility_timeout_seconds = 360
  alarm_actions              = [module.alarms.arn]

  allowed_senders = {
    uploads = { service = "s3.amazonaws.com", source_arn = local.temp_bucket_arn }
  }
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = module.s3.temp_bucket.name

  queue {
    queue_arn     = module.processing.queue.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "uploads/"
  }

  # The queue's policy is part of the module: S3 asks whether it may send before it takes the rule.
  depends_on = [module.processing]
}

# ---------------------------------------------------------------- database

resource "aws_dynamodb_table" "jobs" {
  name                        = "${local.prefix}-jobs"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "jobId"
  deletion_protection_enabled = local.is_production

  attribute {
    name = "jobId"
    type = "S"
  }
  attribute {
    name = "userId"
    type = "S"
  }
  attribute {
    name = "createdAt"
    type = "S"
  }

  global_secondary_index {
    name            = "byUser"
    hash_key        = "userId"
    range_key       = "createdAt"
    projection_type = "ALL"
  }
  ttl {
    enabled        = true
    attribute_name = "expiresAt"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = module.kms.key_arn
  }
}

resource "aws_dynamodb_table" "batches" {
  name                        = "${local.prefix}-batches"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "batchId"
  deletion_protection_enabled = local.is_production

  attribute {
    name = "batchId"
    type = "S"
  }
  ttl {
    enabled        = true
    attribute_name = "expiresAt"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = module.kms.key_arn
  }
}

# ---------------------------------------------------------------- roles: each function's own tables, buckets and key, by name

locals {
  # Groups of the functions that run under the API's role.
  api_log_groups = flatten([
    aws_cloudwatch_log_group.presign,
    aws_cloudwatch_log_group.status,
    aws_cloudwatch_log_group.download,
    aws_cloudwatch_log_group.bff,
  ])
}

resource "aws_iam_role" "api" {
  name               = "${local.prefix}-api"
  assume_role_policy = local.lambda_trust_policy
}

resource "aws_iam_role_policy" "api" {
  name = "api"
  role = aws_iam_role.api.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Jobs"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
        Resource = [aws_dynamodb_table.jobs.arn, "${aws_dynamodb_table.jobs.arn}/index/byUser", aws_dynamodb_table.batches.arn]
      },
      { Sid = "Upload", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["${module.s3.temp_bucket.arn}/uploads/*"] },
      { Sid = "Download", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${module.s3.final_bucket.arn}/images/*"] },
      { Sid = "Key", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [module.kms.key_arn] },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [for group in local.api_log_groups : "${group.arn}:*"]
      },
    ]
  })
}

resource "aws_iam_role" "worker" {
  name               = "${local.prefix}-worker"
  assume_role_policy = local.lambda_trust_policy
}

resource "aws_iam_role_policy" "worker" {
  name = "worker"
  role = aws_iam_role.worker.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Queue"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
        Resource = [module.processing.queue.arn]
      },
      {
        Sid      = "Jobs"
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
        Resource = [aws_dynamodb_table.jobs.arn, aws_dynamodb_table.batches.arn]
      },
      { Sid = "Uploads", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${module.s3.temp_bucket.arn}/uploads/*"] },
      { Sid = "Images", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["${module.s3.final_bucket.arn}/images/*"] },
      { Sid = "Key", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [module.kms.key_arn] },
      { Sid = "Tell", Effect = "Allow", Action = ["sns:Publish"], Resource = [module.notifications.arn] },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.worker.arn}:*"]
      },
    ]
  })
}

# ---------------------------------------------------------------- functions: the API's stay outside the VPC

data "archive_file" "function" {
  for_each = toset(concat(["presign", "status", "download", "worker"], var.enable_bff_lambda ? ["bff"] : []))

  type        = "zip"
  source_dir  = "${path.module}/${var.backend_dist}/${each.key}"
  output_path = "${path.module}/.build/${each.key}.zip"
}

resource "aws_lambda_function" "presign" {
  function_name                  = "${local.prefix}-presign"
  role                           = aws_iam_role.api.arn
  runtime                        = var.lambda_runtime
  handler                        = "index.handler"
  filename                       = data.archive_file.function["presign"].output_path
  source_code_hash               = data.archive_file.function["presign"].output_base64sha256
  timeout                        = 10
  memory_size                    = 256
  reserved_concurrent_executions = var.lambda_reserved_concurrency

  environment {
    variables = {
      TEMP_BUCKET_NAME   = module.s3.temp_bucket.name
      JOBS_TABLE_NAME    = aws_dynamodb_table.jobs.name
      BATCHES_TABLE_NAME = aws_dynamodb_table.batches.name
      JOB_TTL_DAYS       = "90"
    }
  }

  depends_on = [aws_cloudwatch_log_group.presign, aws_iam_role_policy.api]
}

resource "aws_lambda_function" "status" {
  function_name                  = "${local.prefix}-status"
  role                           = aws_iam_role.api.arn
  runtime                        = var.lambda_runtime
  handler                        = "index.handler"
  filename                       = data.archive_file.function["status"].output_path
  source_code_hash               = data.archive_file.function["status"].output_base64sha256
  timeout                        = 10
  memory_size                    = 256
  reserved_concurrent_executions = var.lambda_reserved_concurrency

  environment {
    variables = {
      JOBS_TABLE_NAME    = aws_dynamodb_table.jobs.name
      BATCHES_TABLE_NAME = aws_dynamodb_table.batches.name
    }
  }

  depends_on = [aws_cloudwatch_log_group.status, aws_iam_role_policy.api]
}

resource "aws_lambda_function" "download" {
  function_name                  = "${local.prefix}-download"
  role                           = aws_iam_role.api.arn
  runtime                        = var.lambda_runtime
  handler                        = "index.handler"
  filename                       = data.archive_file.function["download"].output_path
  source_code_hash               = data.archive_file.function["download"].output_base64sha256
  timeout                        = 10
  memory_size                    = 256
  reserved_concurrent_executions = var.lambda_reserved_concurrency

  environment {
    variables = {
      FINAL_BUCKET_NAME = module.s3.final_bucket.name
      JOBS_TABLE_NAME   = aws_dynamodb_table.jobs.name
    }
  }

  depends_on = [aws_cloudwatch_log_group.download, aws_iam_role_policy.api]
}

# Takes the uploads from the queue to the image provider and on to the
# final bucket. The only function that may move into the VPC: a change
# of its subnets needs no change of the API's functions.
resource "aws_lambda_function" "worker" {
  function_name                  = "${local.prefix}-worker"
  role                           = aws_iam_role.worker.arn
  runtime                        = var.lambda_runtime
  handler                        = "index.handler"
  filename                       = data.archive_file.function["worker"].output_path
  source_code_hash               = data.archive_file.function["worker"].output_base64sha256
  timeout                        = 60
  memory_size                    = 1024
  reserved_concurrent_executions = var.lambda_reserved_concurrency

  environment {
    variables = {
      FINAL_BUCKET_NAME  = module.s3.final_bucket.name
      JOBS_TABLE_NAME    = aws_dynamodb_table.jobs.name
      BATCHES_TABLE_NAME = aws_dynamodb_table.batches.name
      SNS_TOPIC_ARN      = module.notifications.arn
      AI_PROVIDER_URL    = var.ai_provider_url
      AI_PROVIDER_KEY    = var.ai_provider_key
    }
  }

  depends_on = [aws_cloudwatch_log_group.worker, aws_iam_role_policy.worker]
}

resource "aws_lambda_event_source_mapping" "worker" {
  event_source_arn        = module.processing.queue.arn
  function_name           = aws_lambda_function.worker.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_lambda_function" "bff" {
  count = var.enable_bff_lambda ? 1 : 0

  function_name                  = "${local.prefix}-bff"
  role                           = aws_iam_role.api.arn
  runtime                        = var.lambda_runtime
  handler                        = "index.handler"
  filename                       = data.archive_file.function["bff"].output_path
  source_code_hash               = data.archive_file.function["bff"].output_base64sha256
  timeout                        = 15
  memory_size                    = 512
  reserved_concurrent_executions = var.lambda_reserved_concurrency

  environment {
    variables = {
      TEMP_BUCKET_NAME  = module.s3.temp_bucket.name
      FINAL_BUCKET_NAME = module.s3.final_bucket.name
      JOBS_TABLE_NAME   = aws_dynamodb_table.jobs.name
    }
  }

  depends_on = [aws_cloudwatch_log_group.bff, aws_iam_role_policy.api]
}

locals {
  log_retention_days = { prod = 90, staging = 30, dev = 14 }[var.environment]
}

resource "aws_cloudwatch_log_group" "presign" {
  name              = "/aws/lambda/${local.prefix}-presign"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "status" {
  name              = "/aws/lambda/${local.prefix}-status"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "download" {
  name              = "/aws/lambda/${local.prefix}-download"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/aws/lambda/${local.prefix}-worker"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "bff" {
  count = var.enable_bff_lambda ? 1 : 0

  name              = "/aws/lambda/${local.prefix}-bff"
  retention_in_days = local.log_retention_days
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/aws/apigateway/${local.prefix}"
  retention_in_days = local.log_retention_days
}

# ---------------------------------------------------------------- REST API v1

resource "aws_api_gateway_rest_api" "this" {
  name        = "${local.prefix}-api"
  description = "PhotoEditor: presigned uploads, status and download of jobs"
}

resource "aws_api_gateway_resource" "upload" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = "upload"
}

resource "aws_api_gateway_resource" "presign" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.upload.id
  path_part   = "presign"
}

resource "aws_api_gateway_resource" "jobs" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = "jobs"
}

resource "aws_api_gateway_resource" "job" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.jobs.id
  path_part   = "{id}"
}

resource "aws_api_gateway_resource" "download" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.job.id
  path_part   = "download"
}

resource "aws_api_gateway_resource" "bff" {
  count = var.enable_bff_lambda ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = "bff"
}

resource "aws_api_gateway_resource" "bff_proxy" {
  count = var.enable_bff_lambda ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.bff[0].id
  path_part   = "{proxy+}"
}

locals {
  routes = merge(
    {
      presign  = { method = "POST", resource = aws_api_gateway_resource.presign, function = aws_lambda_function.presign }
      status   = { method = "GET", resource = aws_api_gateway_resource.job, function = aws_lambda_function.status }
      download = { method = "GET", resource = aws_api_gateway_resource.download, function = aws_lambda_function.download }
    },
    var.enable_bff_lambda ? {
      bff = { method = "ANY", resource = aws_api_gateway_resource.bff_proxy[0], function = aws_lambda_function.bff[0] }
    } : {},
  )
}

resource "aws_api_gateway_method" "route" {
  for_each = local.routes

  rest_api_id   = aws_api_gateway_rest_api.this.id
  resource_id   = each.value.resource.id
  http_method   = each.value.method
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "route" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = each.value.resource.id
  http_method             = aws_api_gateway_method.route[each.key].http_method
  integration_http_method = "POST"
  type                    = "AWS_PROXY"
  uri                     = each.value.function.invoke_arn
}

resource "aws_lambda_permission" "route" {
  for_each = local.routes

  statement_id  = "AllowApi"
  action        = "lambda:InvokeFunction"
  function_name = each.value.function.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/*"
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  triggers = {
    redeployment = sha1(jsonencode([
      for key, route in local.routes : [route.resource.id, route.method, aws_api_gateway_integration.route[key].uri]
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "v1" {
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = "v1"

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api.arn
    format = jsonencode({
      requestId = "$context.requestId"
      method    = "$context.httpMethod"
      path      = "$context.resourcePath"
      status    = "$context.status"
      latency   = "$context.responseLatency"
    })
  }

  depends_on = [aws_api_gateway_account.this]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.v1.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = var.log_level
    data_trace_enabled     = false
    throttling_rate_limit  = 100
    throttling_burst_limit = 200
  }
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = aws_iam_role.api_gateway_logs.arn

  depends_on = [aws_iam_role_policy_attachment.api_gateway_logs]
}

resource "aws_iam_role" "api_gateway_logs" {
  name = "${local.prefix}-api-gateway-logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "api_gateway_logs" {
  role       = aws_iam_role.api_gateway_logs.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

# ---------------------------------------------------------------- monitoring

module "monitoring" {
  source = "./modules/monitoring"

  name       = local.prefix
  region     = var.region
  api_name   = aws_api_gateway_rest_api.this.name
  queue_name = module.processing.queue.name
  dlq_name   = module.processing.dlq.name
  functions = merge(
    {
      presign  = aws_lambda_function.presign.function_name
      status   = aws_lambda_function.status.function_name
      download = aws_lambda_function.download.function_name
      worker   = aws_lambda_function.worker.function_name
    },
    var.enable_bff_lambda ? { bff = aws_lambda_function.bff[0].function_name } : {},
  )
  queue_alarms = {
    age = module.processing.alarm_names.age
    dlq = module.processing.alarm_names.dlq
  }
  log_group_names = concat([aws_cloudwatch_log_group.worker.name], local.api_log_groups[*].name)
  alarm_actions   = [module.alarms.arn]
}

# ---------------------------------------------------------------- what is not used yet

module "budgets" {
  source = "./modules/budgets"
  count  = var.enable_budgets ? 1 : 0

  name        = "${local.prefix}-monthly"
  limit_usd   = var.monthly_budget_usd
  emails      = compact([var.alarm_email])
  project_tag = var.project_name
}

module "vpc" {
  source = "./modules/vpc"
  count  = var.enable_vpc ? 1 : 0

  name = local.prefix
}
