module "jobs" {
  source = "./jobs"
  nmae   = "jobs"
  size   = "many"
}

output "arn" {
  value = module.jobs.arnn
}
