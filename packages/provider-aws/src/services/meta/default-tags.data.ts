import type { NativeDataSource } from "../../resource.ts";

/** `aws_default_tags`: what the provider block puts on everything. */
export const dataSource: NativeDataSource = {
  type: "aws_default_tags",
  read: async (aws) => ({ id: aws.partition, tags: { ...aws.defaultTags } }),
};
