module "piece" {
  source    = "./piece"
  providers = { aws = aws.tagged }
}
