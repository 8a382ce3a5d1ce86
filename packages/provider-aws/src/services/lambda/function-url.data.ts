import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { findUrl, idOf, urlState } from "./function-url.resource.ts";

/** `aws_lambda_function_url` (data source). Behaviour: `internal/service/lambda/function_url_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_lambda_function_url",
  async read(aws, config) {
    const [name, qualifier] = [requiredText(config, "function_name"), textAt(config, "qualifier")];
    const url = await findUrl(aws, name, qualifier);
    if (url === undefined) throw notFound(`Lambda Function URL (${idOf(config)})`);
    return {
      ...urlState(url),
      id: idOf(config),
      creation_time: url.CreationTime ?? "",
      function_name: name,
      last_modified_time: url.LastModifiedTime ?? "",
      qualifier: qualifier ?? null,
    };
  },
};
