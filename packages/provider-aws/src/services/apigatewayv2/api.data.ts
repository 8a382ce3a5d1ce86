import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { resource } from "./api.resource.ts";

/** `aws_apigatewayv2_api` (data source): what the resource reads. Behaviour: `internal/service/apigatewayv2/api_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_apigatewayv2_api",
  async read(aws, config) {
    const id = requiredText(config, "api_id");
    const api = await resource.read(aws, { id });
    if (api === null) throw notFound(`API Gateway v2 API (${id})`);
    return { ...api, api_id: id, tags: api.tags_all ?? {} };
  },
};
