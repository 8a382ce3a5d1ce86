import type { NativeDataSource } from "../../resource.ts";
import { requiredText } from "../attribute-map.ts";
import { theOneFound } from "../not-found.ts";
import { allPages } from "../pages.ts";

/** `aws_api_gateway_resource`: by its path. Behaviour: `internal/service/apigateway/resource_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_api_gateway_resource",
  async read(aws, config) {
    const [restApiId, path] = [requiredText(config, "rest_api_id"), requiredText(config, "path")];
    const all = await allPages(async (position) => {
      const page = await aws.clients.apigateway.getResources({
        restApiId,
        limit: 500,
        ...(position === undefined ? {} : { position }),
      });
      return { items: page.items, next: page.position };
    });
    const found = theOneFound(
      all.filter((each) => each.path === path),
      "API Gateway Resource",
    );
    return { ...config, id: found.id ?? "", parent_id: found.parentId ?? "", path_part: found.pathPart ?? "" };
  },
};
