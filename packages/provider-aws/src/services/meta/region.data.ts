import { DiagnosticError } from "@dovetail/model";
import { partitionOf } from "../../partitions.ts";
import type { NativeDataSource } from "../../resource.ts";
import { textAt } from "../attribute-map.ts";
import { configError } from "../checks.ts";
import { REGION_NAMES } from "./region-names.ts";

/** `aws_region`: the provider's region, or the one that config names by name or EC2 endpoint. */
export const dataSource: NativeDataSource = {
  type: "aws_region",
  async read(aws, config) {
    const endpoint = textAt(config, "endpoint");
    const name = textAt(config, "region") ?? textAt(config, "name") ?? (endpoint === undefined ? aws.region : regionOf(endpoint));
    return {
      id: name,
      name,
      region: name,
      endpoint: `ec2.${name}.${partitionOf(name).dnsSuffix}`,
      description: REGION_NAMES[name] ?? "",
    };
  },
};

function regionOf(endpoint: string): string {
  const name = /^ec2\.([a-z0-9-]+)\./.exec(endpoint)?.[1];
  if (name !== undefined) return name;
  throw new DiagnosticError(configError(`region not found for endpoint "${endpoint}"`, "endpoint"));
}
