resource "terraform_data" "base" {}

resource "terraform_data" "each" {
  for_each = toset([terraform_data.base.id])
}

resource "terraform_data" "count" {
  count = terraform_data.base.output == null ? 1 : 2
}
