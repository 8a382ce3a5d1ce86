import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { refusedImport } from "../import-id.ts";

const MISSING = ["ResourceNotFoundException"];
const PAGES_MAX = 1000;

/** aws_dynamodb_tag: one tag of a table; id is `arn,key`. Behaviour: `internal/service/dynamodb/tag_gen.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_dynamodb_tag",
  noun: "DynamoDB Tag",
  forceNew: ["resource_arn", "key"],
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    await onCreated({ id: `${requiredText(planned, "resource_arn")},${requiredText(planned, "key")}` });
  },
  async read(aws, state) {
    const { resource_arn, key } = partsOf(requiredText(state, "id"));
    const value = await findTag(aws, resource_arn, key);
    return value === undefined ? null : { id: requiredText(state, "id"), resource_arn, key, value };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    const { resource_arn, key } = partsOf(requiredText(state, "id"));
    await unlessMissing(MISSING, () => aws.clients.dynamodb.untagResource({ ResourceArn: resource_arn, TagKeys: [key] }));
  },
  importId: (id) => ({ id, ...partsOf(id) }),
  async find(_aws, planned): Promise<ValueObject | null> {
    const [arn, key] = [textAt(planned, "resource_arn"), textAt(planned, "key")];
    return arn === undefined || key === undefined ? null : { id: `${arn},${key}` };
  },
};

function partsOf(id: string): { readonly resource_arn: string; readonly key: string } {
  const at = id.indexOf(",");
  if (at > 0 && at < id.length - 1) return { resource_arn: id.slice(0, at), key: id.slice(at + 1) };
  throw refusedImport(`invalid resource identifier (${id}), expected ID,KEY`);
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  const tag = { Key: requiredText(planned, "key"), Value: textAt(planned, "value") ?? "" };
  await aws.clients.dynamodb.tagResource({ ResourceArn: requiredText(planned, "resource_arn"), Tags: [tag] });
}

async function findTag(aws: AwsContext, ResourceArn: string, key: string): Promise<string | undefined> {
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const token = NextToken === undefined ? {} : { NextToken };
    const answer = await unlessMissing(MISSING, () => aws.clients.dynamodb.listTagsOfResource({ ResourceArn, ...token }));
    const tag = answer?.Tags?.find(({ Key }) => Key === key);
    if (tag !== undefined) return tag.Value ?? "";
    NextToken = answer?.NextToken;
    if (NextToken === undefined) return undefined;
  }
  return undefined;
}
