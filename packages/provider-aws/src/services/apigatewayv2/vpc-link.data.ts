import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { resource } from "./vpc-link.resource.ts";

/** `aws_apigatewayv2_vpc_link` (data source). Behaviour: `vpc_link_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_apigatewayv2_vpc_link",
  async read(aws, config) {
    const id = requiredText(config, "vpc_link_id");
    const found = await resource.read(aws, { id });
    if (found === null) throw notFound(`API Gateway v2 VPC Link (${id})`);
    const { tags_all: tags = {}, ...shown } = found;
    return { ...shown, tags };
  },
};
