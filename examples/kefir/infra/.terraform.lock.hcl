# The program is written for @pulumi/aws 6 (BucketV2 and its like), which is made from the provider's major 5.
provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "~> 5.0"
}
