/** The packages that Dovetail brings itself; nothing of them is installed in a user's project. */
export const OWN_PACKAGES =
  /^(@pulumi\/(pulumi|aws|random|tls|null|local|archive|http|time|external|cloudinit)|@pulumiverse\/time)(\/.*)?$/;
