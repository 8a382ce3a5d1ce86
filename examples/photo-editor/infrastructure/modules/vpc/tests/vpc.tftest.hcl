mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
}

variables {
  name = "photo-editor-test"
}

run "cuts_the_block_into_subnets" {
  command = plan

  assert {
    condition     = [for s in aws_subnet.private : s.cidr_block] == ["10.40.128.0/20", "10.40.144.0/20"]
    error_message = "Private subnets must be cut from the upper half."
  }
  assert {
    condition     = aws_vpc_endpoint.gateway["s3"].service_name == "com.amazonaws.eu-west-1.s3"
    error_message = "Storage must be reached without the internet."
  }
}

run "saves_the_gateway" {
  command = plan

  variables {
    enable_nat = false
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 0
    error_message = "There must be no NAT gateway to pay for."
  }
}

run "refuses_a_small_block" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/28"
  }
  expect_failures = [var.cidr_block]
}
