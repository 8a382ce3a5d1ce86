import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import type { ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { enumAt, isTrue, numberAt, requiredText, textAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";

const PAGE_MAX = 1000;
const CHECKS = [oneOf("encoding_type", ["url"]), oneOf("request_payer", ["requester"])];

/** `aws_s3_objects`: keys below a prefix. Behaviour: `internal/service/s3/objects_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_s3_objects",
  validate: (config) => runChecks(CHECKS, config),
  async read(aws, config) {
    const keysMax = numberAt(config, "max_keys") ?? PAGE_MAX;
    const input = inputOf(config, keysMax);
    const prefixes: string[] = [];
    const keys: string[] = [];
    const owners: string[] = [];
    let page: ListObjectsV2CommandOutput | undefined;
    do {
      const ContinuationToken = page?.NextContinuationToken;
      page = await aws.clients.s3.listObjectsV2(ContinuationToken === undefined ? input : { ...input, ContinuationToken });
      prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""));
      for (const { Key, Owner } of (page.Contents ?? []).slice(0, keysMax - keys.length)) {
        keys.push(Key ?? "");
        if (Owner !== undefined) owners.push(Owner.ID ?? "");
      }
    } while (page.NextContinuationToken !== undefined && keys.length < keysMax);
    const id = requiredText(config, "bucket");
    return { id, common_prefixes: prefixes, keys, max_keys: keysMax, owners, request_charged: page.RequestCharged ?? "" };
  },
};

function inputOf(config: ValueObject, keysMax: number): ListObjectsV2CommandInput {
  return {
    Bucket: requiredText(config, "bucket"),
    Delimiter: textAt(config, "delimiter"),
    EncodingType: enumAt(config, "encoding_type"),
    FetchOwner: isTrue(config, "fetch_owner") ? true : undefined,
    ...(keysMax <= PAGE_MAX ? { MaxKeys: keysMax } : {}),
    Prefix: textAt(config, "prefix"),
    RequestPayer: enumAt(config, "request_payer"),
    StartAfter: textAt(config, "start_after"),
  };
}
