/** The packages that Dovetail brings itself; nothing of them is installed in a user's project. */
export const OWN_PACKAGES =
  /^(@pulumi\/(pulumi|aws|random|tls|null|local|archive|http|time|external|cloudinit)|@pulumiverse\/time)(\/.*)?$/;

/** Packages of other providers: made from the schema of the provider's own binary, where this machine has it. */
export const FOREIGN_PACKAGES = /^@(?:pulumi|pulumiverse|sst-provider)\/([\w-]+)(?:\/.*)?$/;

/** Packages of Pulumi that are no providers: made of resources of others, they work where they are installed. */
const LIBRARIES: ReadonlySet<string> = new Set(["awsx", "aws-apigateway", "eks", "policy", "synced-folder"]);

/** The provider package that an import means: `acme` of `@pulumi/acme/dns`; undefined where it means a library or one of ours. */
export function foreignName(specifier: string): string | undefined {
  const name = OWN_PACKAGES.test(specifier) ? undefined : FOREIGN_PACKAGES.exec(specifier)?.[1];
  return name === undefined || LIBRARIES.has(name) ? undefined : name;
}
