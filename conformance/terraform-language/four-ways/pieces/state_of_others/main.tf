data "terraform_remote_state" "base" {
  backend = "local"
  config  = { path = "${path.module}/base.tfstate" }
}

resource "aws_sqs_queue" "this" {
  name = "four-ways-${data.terraform_remote_state.base.outputs.name}"
  tags = data.terraform_remote_state.base.outputs.tags
}
