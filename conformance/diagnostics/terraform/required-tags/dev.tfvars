tags = {
  Owner = "photos"
  Stage = "Dev"
}
environment = "test"
