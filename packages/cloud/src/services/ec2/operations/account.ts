import type {
  AccountAttributeName,
  DescribeAccountAttributesCommandInput,
  DescribeAccountAttributesCommandOutput,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { invalidParameter } from "../errors.ts";

/** Source: EC2 API reference, DescribeAccountAttributes; the numbers are the default quotas (read 2026-11). */
const ATTRIBUTES: { readonly [name: string]: string } = {
  "supported-platforms": "VPC",
  "vpc-max-security-groups-per-interface": "5",
  "max-elastic-ips": "5",
  "max-instances": "20",
  "vpc-max-elastic-ips": "5",
  "default-vpc": "none",
};

export function describeAccountAttributes(
  _ctx: Ctx,
  input: DescribeAccountAttributesCommandInput,
): Omit<DescribeAccountAttributesCommandOutput, "$metadata"> {
  const names: readonly (AccountAttributeName | string)[] = input.AttributeNames ?? Object.keys(ATTRIBUTES);
  const strange = names.find((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (strange !== undefined) throw invalidParameter("attributeName", strange);
  return {
    AccountAttributes: names.map((AttributeName) => ({
      AttributeName,
      AttributeValues: [{ AttributeValue: ATTRIBUTES[AttributeName] }],
    })),
  };
}
