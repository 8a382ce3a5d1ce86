resource "terraform_data" "kept" {
  triggers_replace = 1
  lifecycle {
    prevent_destroy = true
  }
}
