/**
 * Configurations of which a bucket has several, each under a name (metrics, analytics, inventory, tiering): rows of put, get and remove; id
 * `bucket:name`, import and retries are the same for all.
 */
import { DiagnosticError, errorDiagnostic, type Value, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, blocksAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { atLeastOneOf, type Check, runChecks } from "../checks.ts";
import { tagList, tagMap } from "../tags.ts";
import { BUCKET_SETTLING } from "./bucket-part.ts";

export interface NamedTarget {
  readonly Bucket: string;
  readonly Id: string;
}

export interface NamedPart extends Partial<Omit<NativeResource, "create" | "read" | "update" | "delete" | "validate">> {
  readonly type: string;
  readonly checks?: readonly Check[];
  put(aws: AwsContext, target: NamedTarget, planned: ValueObject): Promise<unknown>;
  get(aws: AwsContext, target: NamedTarget): Promise<ValueObject | undefined>;
  remove(aws: AwsContext, target: NamedTarget): Promise<unknown>;
}

const MISSING = ["NoSuchConfiguration", "NoSuchBucket"];

/** Makes the resource type of such a configuration. */
export function namedPart({ checks = [], put, get, remove, ...rest }: NamedPart): NativeResource {
  return {
    forceNew: ["bucket", "name"],
    ...rest,
    validate: (config) => runChecks(checks, config),
    async create(aws, planned, onCreated) {
      const target = { Bucket: requiredText(planned, "bucket"), Id: requiredText(planned, "name") };
      await aws.retry(BUCKET_SETTLING, () => put(aws, target, planned));
      await onCreated({ id: `${target.Bucket}:${target.Id}` });
    },
    async read(aws, state) {
      const id = requiredText(state, "id");
      const target = targetOf(id);
      const found = await unlessMissing(MISSING, () => get(aws, target));
      return found === undefined ? null : { id, bucket: target.Bucket, name: target.Id, ...found };
    },
    async update(aws, prior, planned) {
      await aws.retry(BUCKET_SETTLING, () => put(aws, targetOf(requiredText(prior, "id")), planned));
    },
    async delete(aws, state) {
      await unlessMissing(MISSING, () => remove(aws, targetOf(requiredText(state, "id"))));
    },
    importId(id) {
      const { Bucket, Id } = targetOf(id);
      return { id, bucket: Bucket, name: Id };
    },
    async find(_aws, planned) {
      const [bucket, name] = [textAt(planned, "bucket"), textAt(planned, "name")];
      return bucket === undefined || name === undefined ? null : { id: `${bucket}:${name}`, bucket, name };
    },
  };
}

function targetOf(id: string): NamedTarget {
  const [Bucket = "", Id = "", ...more] = id.split(":");
  if (Bucket !== "" && Id !== "" && more.length === 0) return { Bucket, Id };
  const detail = `please make sure the ID is in the form BUCKET:NAME (i.e. my-bucket:EntireBucket`;
  throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
}

/** The `filter` block, where there is one, says something. */
export function filterIsSet(names: readonly string[]): Check {
  const inner = atLeastOneOf(names.map((name) => `filter.0.${name}`));
  return { run: (config) => (blocksAt(config, "filter").length === 0 ? [] : inner.run(config)) };
}

interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** A filter as these APIs want it: one condition alone, or several under `And`. */
export interface PartFilter {
  readonly Prefix?: string;
  readonly Tag?: { Key: string; Value: string };
  readonly AccessPointArn?: string;
  readonly And?: { Prefix?: string; Tags?: { Key: string; Value: string }[]; AccessPointArn?: string };
}

/** The `filter` block as the API wants it; undefined where there is none. */
export function filterInput(planned: ValueObject): PartFilter | undefined {
  const filter = blockAt(planned, "filter");
  if (filter === undefined) return undefined;
  const [Prefix, AccessPointArn] = [textAt(filter, "prefix"), textAt(filter, "access_point")];
  const Tags = tagList(textMapAt(filter, "tags"));
  const [Tag] = Tags;
  const single = {
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(AccessPointArn === undefined ? {} : { AccessPointArn }),
  };
  if (Object.keys(single).length + Tags.length > 1) return { And: { ...single, ...(Tags.length === 0 ? {} : { Tags }) } };
  return Tag === undefined ? single : { Tag };
}

/** What the API has, as a `filter` block. */
export function filterState(
  filter:
    | {
        readonly Prefix?: string | undefined;
        readonly Tag?: Tag | undefined;
        readonly AccessPointArn?: string | undefined;
        readonly And?:
          | {
              readonly Prefix?: string | undefined;
              readonly Tags?: readonly Tag[] | undefined;
              readonly AccessPointArn?: string | undefined;
            }
          | undefined;
      }
    | undefined,
  hasAccessPoint: boolean,
): Value {
  if (filter === undefined) return [];
  const { And: and } = filter;
  const tags = tagMap(and?.Tags ?? (filter.Tag === undefined ? [] : [filter.Tag]));
  const prefix = and?.Prefix ?? filter.Prefix ?? "";
  const point = and?.AccessPointArn ?? filter.AccessPointArn ?? "";
  return [{ prefix, tags, ...(hasAccessPoint ? { access_point: point } : {}) }];
}
