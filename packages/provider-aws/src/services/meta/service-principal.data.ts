import { partitionOf } from "../../partitions.ts";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";

/** Services whose principals carry the partition's own suffix. Source: aws-cdk-lib, region-info defaults (read 2026-11). */
const OWN_SUFFIX: { readonly [partition: string]: readonly string[] } = {
  "aws-cn": ["codedeploy", "elasticmapreduce", "logs"],
  "aws-iso": ["cloudhsm", "config", "logs", "workspaces"],
  "aws-iso-b": ["dms", "logs"],
};

/** `aws_service_principal`. Behaviour: `internal/service/meta/service_principal_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_service_principal",
  async read(aws, config) {
    const service = requiredText(config, "service_name");
    const region = textAt(config, "region") ?? aws.region;
    const { id: partition, dnsSuffix } = partitionOf(region);
    const suffix = OWN_SUFFIX[partition]?.includes(service) === true ? dnsSuffix : "amazonaws.com";
    return { id: `${service}.${region}.${suffix}`, name: `${service}.${suffix}`, region, suffix };
  },
};
