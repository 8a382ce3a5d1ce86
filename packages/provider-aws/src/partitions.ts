/** AWS partitions. Source: AWS SDK partitions metadata (`partitions.json` of smithy endpoint rules, read 2026-11). */
export interface Partition {
  readonly id: string;
  readonly regions: RegExp;
  readonly dnsSuffix: string;
  readonly reverseDnsPrefix: string;
}

const COMMERCIAL: Partition = {
  id: "aws",
  regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  dnsSuffix: "amazonaws.com",
  reverseDnsPrefix: "com.amazonaws",
};

const PARTITIONS: readonly Partition[] = [
  { id: "aws-cn", regions: /^cn-\w+-\d+$/, dnsSuffix: "amazonaws.com.cn", reverseDnsPrefix: "cn.com.amazonaws" },
  { id: "aws-us-gov", regions: /^us-gov-\w+-\d+$/, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" },
  { id: "aws-eusc", regions: /^eusc-\w+-\w+-\d+$/, dnsSuffix: "amazonaws.eu", reverseDnsPrefix: "eu.amazonaws" },
  { id: "aws-iso", regions: /^us-iso-\w+-\d+$/, dnsSuffix: "c2s.ic.gov", reverseDnsPrefix: "gov.ic.c2s" },
  { id: "aws-iso-b", regions: /^us-isob-\w+-\d+$/, dnsSuffix: "sc2s.sgov.gov", reverseDnsPrefix: "gov.sgov.sc2s" },
];

/** The partition a region belongs to; a region of no known form counts as commercial. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find((partition) => partition.regions.test(region)) ?? COMMERCIAL;
}
