/** Names and addresses of buckets. Sources: Amazon S3 User Guide, "General purpose bucket naming rules"; AWS General Reference, S3 endpoints (read 2026-11). */
import { partitionOf } from "../../partitions.ts";

/** Why S3 refuses a bucket's name (of at most 63 characters); undefined when it takes it. Texts as terraform-provider-aws (internal/service/s3/bucket.go). */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3) return `${JSON.stringify(name)} must contain from 3 to 63 characters`;
  if (!/^[0-9a-z.-]+$/.test(name)) return `only lowercase alphanumeric characters and hyphens allowed in ${JSON.stringify(name)}`;
  if (/^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/.test(name)) return `${JSON.stringify(name)} must not be formatted as an IP address`;
  if (/^[.-]/.test(name)) return `${JSON.stringify(name)} cannot start with a period or a hyphen`;
  if (/[.-]$/.test(name)) return `${JSON.stringify(name)} cannot end with a period or a hyphen`;
  if (name.includes("..")) return `${JSON.stringify(name)} can be only one period between labels`;
  if (/^(xn--|sthree-|amzn-s3-demo-)/.test(name) || /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)) {
    return `${JSON.stringify(name)} has a prefix or suffix that S3 reserves`;
  }
  return undefined;
}

/** `bucket.s3.region.amazonaws.com`. */
export function regionalDomain(bucket: string, region: string): string {
  return `${bucket}.s3.${region}.${partitionOf(region).dnsSuffix}`;
}

/** `bucket.s3.amazonaws.com`. */
export function globalDomain(bucket: string, region: string): string {
  return `${bucket}.s3.${partitionOf(region).dnsSuffix}`;
}

/** Regions that write their website endpoints with a hyphen. */
const HYPHENATED = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "eu-west-1",
  "sa-east-1",
  "us-gov-west-1",
]);

/** `s3-website-us-east-1.amazonaws.com`, or with a dot in the newer regions. */
export function websiteDomain(region: string): string {
  return `s3-website${HYPHENATED.has(region) ? "-" : "."}${region}.${partitionOf(region).dnsSuffix}`;
}

const HOSTED_ZONES: { readonly [region: string]: string } = {
  "af-south-1": "Z83WF9RJE8B12",
  "ap-east-1": "ZNB98KWMFR0R6",
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "ap-northeast-2": "Z3W03O7B5YMIYP",
  "ap-northeast-3": "Z2YQB5RD63NC85",
  "ap-south-1": "Z11RGJOFQNVJUP",
  "ap-south-2": "Z02976202B4EZMXIPMXF7",
  "ap-southeast-1": "Z3O0J2DXBE1FTB",
  "ap-southeast-2": "Z1WCIGYICN2BYD",
  "ap-southeast-3": "Z01846753K324LI26A3VV",
  "ap-southeast-4": "Z0312387243XT5FE14WFO",
  "ca-central-1": "Z1QDHH18159H29",
  "ca-west-1": "Z03565811Z33SLEZTHOUL",
  "eu-central-1": "Z21DNDUVLTQW6Q",
  "eu-central-2": "Z030506016YDQGETNASS",
  "eu-north-1": "Z3BAZG2TWCNX0D",
  "eu-south-1": "Z30OZKI7KPW7MI",
  "eu-south-2": "Z0081959F7139GRJC19J",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-west-2": "Z3GKZC51ZF0DB4",
  "eu-west-3": "Z3R1K369G5AVDG",
  "il-central-1": "Z09640613K4A3MN55U7GU",
  "me-central-1": "Z06143092I8HRXZRUZROF",
  "me-south-1": "Z1MPMWCPA7YB62",
  "sa-east-1": "Z7KQH4QJS55SO",
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-gov-east-1": "Z2NIFVYYW2VKV1",
  "us-gov-west-1": "Z31GFT0UA1I2HV",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
};

/** Route 53 hosted zone of a region's website endpoint; "" where AWS documents none. */
export function websiteHostedZone(region: string): string {
  return HOSTED_ZONES[region] ?? "";
}
