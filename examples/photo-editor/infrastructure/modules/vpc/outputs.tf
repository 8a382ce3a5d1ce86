output "vpc_id" {
  description = "Id of the network"
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Ids of the private subnets, in the order of their zones"
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the order of their zones"
  value       = [for zone in local.zones : aws_subnet.public[zone].id]
}

output "worker_security_group_id" {
  description = "Security group for worker functions"
  value       = aws_security_group.workers.id
}
