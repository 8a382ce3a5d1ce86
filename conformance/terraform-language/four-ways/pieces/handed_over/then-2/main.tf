resource "aws_cloudwatch_log_group" "mine" {
  for_each          = toset(["a", "b"])
  name              = "/four-ways/handed/${each.key}"
  retention_in_days = each.key == "a" ? 3 : 5
}
