module "counted" {
  source = "./leaf"
  count  = 2
  name   = "counted-${count.index}"
}

module "keyed" {
  source   = "./leaf"
  for_each = { a = 10, b = 20 }
  name     = "keyed-${each.key}"
  delay    = each.value
}

module "after" {
  source     = "./leaf"
  name       = "after"
  depends_on = [module.counted]
}

output "queues" {
  value = concat(module.counted[*].queue.arn, [for one in module.keyed : one.queue.arn], [module.after.read])
}
