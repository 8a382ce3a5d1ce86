import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { textAt } from "../attribute-map.ts";
import { exactlyOneOf, isArn, runChecks } from "../checks.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { IAM_MISSING } from "./paging.ts";

const CHECKS = [isArn("arn"), exactlyOneOf(["arn", "url"])];

/** `aws_iam_openid_connect_provider` (data source). Behaviour: `internal/service/iam/openid_connect_provider_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_iam_openid_connect_provider",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const arn = await arnOf(aws, config);
    const found = await unlessMissing(IAM_MISSING, () =>
      aws.clients.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }),
    );
    if (found === undefined) throw notFound(`IAM OIDC Provider (${arn})`);
    return {
      id: arn,
      arn,
      client_id_list: found.ClientIDList ?? [],
      tags: tagMap(found.Tags),
      thumbprint_list: found.ThumbprintList ?? [],
      url: found.Url ?? "",
    };
  },
};

async function arnOf(aws: AwsContext, config: ValueObject): Promise<string> {
  const arn = textAt(config, "arn");
  if (arn !== undefined) return arn;
  const url = (textAt(config, "url") ?? "").replace(/^https:\/\//, "");
  return `arn:${aws.partition}:iam::${await aws.accountId()}:oidc-provider/${url}`;
}
