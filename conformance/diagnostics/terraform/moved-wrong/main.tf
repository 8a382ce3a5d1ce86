resource "terraform_data" "a" {}

moved {
  from = terraform_data.a
  to   = terraform_data.b
}

removed {
  from = terraform_data.a
}

import {
  to = terraform_data.nope
  id = "x"
}
