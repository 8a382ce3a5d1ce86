locals {
  cidr  = "10.20.0.0/16"
  zones = ["us-east-1a", "us-east-1b"]
}

resource "aws_vpc" "this" {
  cidr_block           = local.cidr
  enable_dns_hostnames = true
}

resource "aws_subnet" "this" {
  count             = length(local.zones)
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(local.cidr, 8, count.index)
  availability_zone = local.zones[count.index]
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table_association" "this" {
  count          = length(aws_subnet.this)
  subnet_id      = element(aws_subnet.this[*].id, count.index)
  route_table_id = aws_route_table.this.id
}

resource "aws_vpc_endpoint" "this" {
  vpc_id          = aws_vpc.this.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.this.id]
}

resource "aws_security_group" "this" {
  name   = "four-ways"
  vpc_id = aws_vpc.this.id

  dynamic "ingress" {
    for_each = { http = 80, https = 443 }
    content {
      description = ingress.key
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [local.cidr]
    }
  }
}

output "subnets" {
  value = { for subnet in aws_subnet.this : subnet.availability_zone => subnet.id }
}
