import type { Filter, FilterNameStringType, SecretListEntry } from "@aws-sdk/client-secrets-manager";
import type { NativeDataSource } from "../../resource.ts";
import { blocksAt, enumAt, textsAt } from "../attribute-map.ts";
import { allPages } from "../pages.ts";

/** aws_secretsmanager_secrets (data source): ARNs and names of those that the filters accept. */
export const dataSource: NativeDataSource = {
  type: "aws_secretsmanager_secrets",
  async read(aws, config) {
    const Filters = blocksAt(config, "filter").map(
      (filter): Filter => ({ Key: enumAt<FilterNameStringType>(filter, "name"), Values: textsAt(filter, "values") }),
    );
    const secrets = await allPages<SecretListEntry>(async (NextToken) => {
      const answer = await aws.clients.secretsmanager.listSecrets({ NextToken, ...(Filters.length > 0 ? { Filters } : {}) });
      return { items: answer.SecretList, next: answer.NextToken };
    });
    return {
      id: aws.region,
      arns: secrets.flatMap(({ ARN }) => (ARN === undefined ? [] : [ARN])),
      names: secrets.flatMap(({ Name }) => (Name === undefined ? [] : [Name])),
    };
  },
};
