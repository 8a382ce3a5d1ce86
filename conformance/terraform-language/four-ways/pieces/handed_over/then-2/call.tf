module "piece" {
  source = "./piece"
}

import {
  for_each = toset(["a", "b"])
  to       = module.piece.aws_cloudwatch_log_group.mine[each.key]
  id       = "/four-ways/handed/${each.key}"
}
