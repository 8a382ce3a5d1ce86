resource "aws_s3_bucket" "this" {
  bucket = "four-ways-left-2"
  lifecycle {
    create_before_destroy = true
  }
}
