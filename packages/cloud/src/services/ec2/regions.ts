/**
 * AWS's regions and their Availability Zones. Sources: AWS Global Infrastructure docs, "AWS Regions" and "AWS Availability Zones"
 * (zone IDs and opt-in status, read 2026-11). Which letter of an account is which zone ID differs between accounts of AWS too.
 */

export interface Region {
  readonly name: string;
  /** `US East (N. Virginia)`. */
  readonly longName: string;
  /** Before `-az1` in zone IDs. */
  readonly zoneId: string;
  /** Letters of the zones that an account sees. */
  readonly letters: string;
  /** Accounts have to switch it on. */
  readonly isOptIn?: true;
}

/** In the partition `aws`, in order of their names. */
export const REGIONS: readonly Region[] = [
  { name: "af-south-1", longName: "Africa (Cape Town)", zoneId: "afs1", letters: "abc", isOptIn: true },
  { name: "ap-east-1", longName: "Asia Pacific (Hong Kong)", zoneId: "ape1", letters: "abc", isOptIn: true },
  { name: "ap-northeast-1", longName: "Asia Pacific (Tokyo)", zoneId: "apne1", letters: "acd" },
  { name: "ap-northeast-2", longName: "Asia Pacific (Seoul)", zoneId: "apne2", letters: "abcd" },
  { name: "ap-northeast-3", longName: "Asia Pacific (Osaka)", zoneId: "apne3", letters: "abc" },
  { name: "ap-south-1", longName: "Asia Pacific (Mumbai)", zoneId: "aps1", letters: "abc" },
  { name: "ap-south-2", longName: "Asia Pacific (Hyderabad)", zoneId: "aps2", letters: "abc", isOptIn: true },
  { name: "ap-southeast-1", longName: "Asia Pacific (Singapore)", zoneId: "apse1", letters: "abc" },
  { name: "ap-southeast-2", longName: "Asia Pacific (Sydney)", zoneId: "apse2", letters: "abc" },
  { name: "ap-southeast-3", longName: "Asia Pacific (Jakarta)", zoneId: "apse3", letters: "abc", isOptIn: true },
  { name: "ap-southeast-4", longName: "Asia Pacific (Melbourne)", zoneId: "apse4", letters: "abc", isOptIn: true },
  { name: "ap-southeast-5", longName: "Asia Pacific (Malaysia)", zoneId: "apse5", letters: "abc", isOptIn: true },
  { name: "ap-southeast-7", longName: "Asia Pacific (Thailand)", zoneId: "apse7", letters: "abc", isOptIn: true },
  { name: "ca-central-1", longName: "Canada (Central)", zoneId: "cac1", letters: "abd" },
  { name: "ca-west-1", longName: "Canada West (Calgary)", zoneId: "caw1", letters: "abc", isOptIn: true },
  { name: "eu-central-1", longName: "Europe (Frankfurt)", zoneId: "euc1", letters: "abc" },
  { name: "eu-central-2", longName: "Europe (Zurich)", zoneId: "euc2", letters: "abc", isOptIn: true },
  { name: "eu-north-1", longName: "Europe (Stockholm)", zoneId: "eun1", letters: "abc" },
  { name: "eu-south-1", longName: "Europe (Milan)", zoneId: "eus1", letters: "abc", isOptIn: true },
  { name: "eu-south-2", longName: "Europe (Spain)", zoneId: "eus2", letters: "abc", isOptIn: true },
  { name: "eu-west-1", longName: "Europe (Ireland)", zoneId: "euw1", letters: "abc" },
  { name: "eu-west-2", longName: "Europe (London)", zoneId: "euw2", letters: "abc" },
  { name: "eu-west-3", longName: "Europe (Paris)", zoneId: "euw3", letters: "abc" },
  { name: "il-central-1", longName: "Israel (Tel Aviv)", zoneId: "ilc1", letters: "abc", isOptIn: true },
  { name: "me-central-1", longName: "Middle East (UAE)", zoneId: "mec1", letters: "abc", isOptIn: true },
  { name: "me-south-1", longName: "Middle East (Bahrain)", zoneId: "mes1", letters: "abc", isOptIn: true },
  { name: "mx-central-1", longName: "Mexico (Central)", zoneId: "mxc1", letters: "abc", isOptIn: true },
  { name: "sa-east-1", longName: "South America (Sao Paulo)", zoneId: "sae1", letters: "abc" },
  { name: "us-east-1", longName: "US East (N. Virginia)", zoneId: "use1", letters: "abcdef" },
  { name: "us-east-2", longName: "US East (Ohio)", zoneId: "use2", letters: "abc" },
  { name: "us-west-1", longName: "US West (N. California)", zoneId: "usw1", letters: "ac" },
  { name: "us-west-2", longName: "US West (Oregon)", zoneId: "usw2", letters: "abcd" },
];

/** Of the partitions `aws-cn` and `aws-us-gov`: each sees its own alone. */
const OTHER_PARTITIONS: readonly (readonly Region[])[] = [
  [
    { name: "cn-north-1", longName: "China (Beijing)", zoneId: "cnn1", letters: "abd" },
    { name: "cn-northwest-1", longName: "China (Ningxia)", zoneId: "cnnw1", letters: "abc" },
  ],
  [
    { name: "us-gov-east-1", longName: "AWS GovCloud (US-East)", zoneId: "usge1", letters: "abc" },
    { name: "us-gov-west-1", longName: "AWS GovCloud (US-West)", zoneId: "usgw1", letters: "abc" },
  ],
];

/** The regions of the partition that `region` lies in. */
export function regionsBeside(region: string): readonly Region[] {
  return OTHER_PARTITIONS.find((regions) => regions.some(({ name }) => name === region)) ?? REGIONS;
}

export interface Zone {
  readonly name: string;
  readonly id: string;
  readonly region: Region;
}

/** The Availability Zones of a region; none for a name that is no region. */
export function zonesOf(region: string): readonly Zone[] {
  const found = regionsBeside(region).find(({ name }) => name === region);
  if (found === undefined) return [];
  return [...found.letters].map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${found.zoneId}-az${index + 1}`,
    region: found,
  }));
}
