import type {
  AccountAttributeName,
  DescribeAccountAttributesCommandInput,
  DescribeAccountAttributesCommandOutput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { invalidParameter } from "../errors.ts";
import { VPC } from "../kinds.ts";
import { all } from "../records.ts";

/** Source: EC2 API reference, DescribeAccountAttributes; the numbers are the default quotas (read 2026-11). */
const ATTRIBUTES: { readonly [name: string]: string } = {
  "supported-platforms": "VPC",
  "vpc-max-security-groups-per-interface": "5",
  "max-elastic-ips": "5",
  "max-instances": "20",
  "vpc-max-elastic-ips": "5",
};

export function describeAccountAttributes(
  ctx: Ctx,
  input: DescribeAccountAttributesCommandInput,
): Omit<DescribeAccountAttributesCommandOutput, "$metadata"> {
  const vpc = all(ctx, VPC).find(({ IsDefault }) => IsDefault === true);
  const attributes: { readonly [name: string]: string } = { ...ATTRIBUTES, "default-vpc": vpc?.VpcId ?? "none" };
  const names: readonly (AccountAttributeName | string)[] = input.AttributeNames ?? Object.keys(attributes);
  const strange = names.find((name) => !Object.hasOwn(attributes, name));
  if (strange !== undefined) throw invalidParameter("attributeName", strange);
  return {
    AccountAttributes: names.map((AttributeName) => ({
      AttributeName,
      AttributeValues: [{ AttributeValue: attributes[AttributeName] }],
    })),
  };
}
