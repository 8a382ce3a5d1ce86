resource "aws_sqs_queue" "this" {
  name = "four-ways-commands"

  provisioner "local-exec" {
    command     = "echo \"$NAME\" > made.txt"
    working_dir = path.module
    environment = { NAME = self.name }
  }

  provisioner "local-exec" {
    command    = "exit 3"
    on_failure = continue
  }

  provisioner "local-exec" {
    when    = destroy
    command = "echo gone"
  }
}

resource "terraform_data" "this" {
  input            = aws_sqs_queue.this.arn
  triggers_replace = [aws_sqs_queue.this.name]
}

resource "null_resource" "this" {
  triggers = { queue = aws_sqs_queue.this.id }
}
