terraform {
  required_version = ">= 1.7.0"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
    }
  }
}

data "archive_file" "code" {
  type        = "zip"
  output_path = "${path.module}/.build/function.zip"

  source {
    filename = "index.mjs"
    content  = "export const handler = async () => ({ statusCode: 200, body: 'hello' });"
  }
}

module "function" {
  source = "../../../lambda"

  name         = "photo-editor-example-hello"
  package_file = data.archive_file.code.output_path
}

module "api" {
  source = "../.."

  name = "photo-editor-example"
  routes = {
    hello = {
      method        = "GET"
      path          = "/hello/{name}"
      function_name = module.function.function_name
      invoke_arn    = module.function.invoke_arn
    }
  }
}

output "url" {
  description = "URL of the example's stage"
  value       = module.api.invoke_url
}
