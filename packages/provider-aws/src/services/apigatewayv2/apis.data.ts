import type { NativeDataSource } from "../../resource.ts";
import { textAt, textMapAt } from "../attribute-map.ts";
import { listAll } from "./find.ts";

/** `aws_apigatewayv2_apis`: by name, protocol and tags. Behaviour: `internal/service/apigatewayv2/apis_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_apigatewayv2_apis",
  async read(aws, config) {
    const [name, protocol] = [textAt(config, "name"), textAt(config, "protocol_type")];
    const tags = Object.entries(textMapAt(config, "tags"));
    const found = (await listAll((token) => aws.clients.apigatewayv2.getApis(token))).filter(
      (api) =>
        (name ?? api.Name) === api.Name &&
        (protocol ?? api.ProtocolType) === api.ProtocolType &&
        tags.every(([key, value]) => api.Tags?.[key] === value),
    );
    return { id: aws.region, ids: found.map(({ ApiId }) => ApiId ?? "") };
  },
};
