variable "indexes" {
  type = map(object({ key = string, sort = optional(string), projected = optional(list(string), []) }))
  default = {
    by_user = { key = "userId" }
    by_day  = { key = "day", sort = "userId", projected = ["title"] }
  }
}

locals {
  attributes = toset(concat(["id"], flatten([for index in var.indexes : compact([index.key, index.sort])])))
}

resource "aws_dynamodb_table" "this" {
  name         = "four-ways-table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  dynamic "attribute" {
    for_each = local.attributes
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes
    iterator = index
    content {
      name               = index.key
      hash_key           = index.value.key
      range_key          = index.value.sort
      projection_type    = length(index.value.projected) == 0 ? "ALL" : "INCLUDE"
      non_key_attributes = length(index.value.projected) == 0 ? null : index.value.projected
    }
  }

  dynamic "point_in_time_recovery" {
    for_each = [1]
    content {
      enabled = true
    }
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  timeouts {
    create = "5m"
    update = "10m"
  }
}

output "stream" {
  value = aws_dynamodb_table.this.stream_arn
}
