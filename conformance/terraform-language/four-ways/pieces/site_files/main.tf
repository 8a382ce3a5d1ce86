locals {
  types = { html = "text/html", css = "text/css" }
}

resource "aws_s3_bucket" "this" {
  bucket        = "four-ways-site"
  force_destroy = true
}

resource "aws_s3_object" "this" {
  for_each     = fileset("${path.module}/site", "**")
  bucket       = aws_s3_bucket.this.bucket
  key          = each.value
  source       = "${path.module}/site/${each.value}"
  etag         = filemd5("${path.module}/site/${each.value}")
  content_type = lookup(local.types, reverse(split(".", each.value))[0], "application/octet-stream")
}

resource "aws_s3_object" "made" {
  bucket        = aws_s3_bucket.this.bucket
  key           = "config.json"
  content       = templatefile("${path.module}/config.tftpl", { name = "four ways", n = 4 })
  cache_control = "no-store"
}

output "size" {
  value = length(file("${path.module}/site/index.html"))
}
