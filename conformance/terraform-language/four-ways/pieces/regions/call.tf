module "piece" {
  source = "./piece"
  providers = {
    aws      = aws
    aws.west = aws.west
  }
}
