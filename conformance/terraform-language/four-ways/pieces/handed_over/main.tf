resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["a", "b"])
  name              = "/four-ways/handed/${each.key}"
  retention_in_days = 3
}
