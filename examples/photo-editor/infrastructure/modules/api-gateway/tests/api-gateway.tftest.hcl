mock_provider "aws" {}

variables {
  name = "photo-editor-test"
  routes = {
    status   = { method = "GET", path = "/jobs/{id}", function_name = "status", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/status" }
    download = { method = "GET", path = "/jobs/{id}/download", function_name = "download", invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/download" }
  }
}

run "shares_the_paths_above" {
  command = plan

  assert {
    condition     = keys(aws_api_gateway_resource.level1) == ["jobs"] && keys(aws_api_gateway_resource.level2) == ["jobs/{id}"]
    error_message = "Two routes under one path must share its resource."
  }
  assert {
    condition     = aws_api_gateway_resource.level3["jobs/{id}/download"].path_part == "download"
    error_message = "A resource must be called by the last part of its path."
  }
}

run "refuses_an_unknown_method" {
  command = plan

  variables {
    routes = { x = { method = "FETCH", path = "/x", function_name = "x", invoke_arn = "x" } }
  }
  expect_failures = [var.routes]
}
