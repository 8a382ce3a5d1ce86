import { hasErrors, isObject, type ResourceSchema, type ValueObject } from "@dovetail/model";
import type { ReadDataResponse } from "@dovetail/provider";
import { shapeObject } from "@dovetail/provider";
import { isIgnoredTag } from "../plan/tags.ts";
import type { AwsContext, NativeDataSource } from "../resource.ts";
import { awsDiagnostics } from "./aws-diagnostic.ts";
import { nounOf } from "./noun.ts";

/** Reads a data source: its config completed by what it found. */
export async function readDataSource(
  dataSource: NativeDataSource,
  schema: ResourceSchema,
  aws: AwsContext,
  config: ValueObject,
): Promise<ReadDataResponse> {
  const shaped = shapeObject(schema, config);
  const found = dataSource.validate?.(shaped) ?? [];
  if (hasErrors(found)) return { state: shaped, diagnostics: found };
  try {
    const answer = await dataSource.read(aws, shaped);
    const { region } = schema.attributes ?? {};
    const inRegion = region?.optional === true && region.computed === true && (shaped.region ?? null) === null;
    return {
      state: shapeObject(schema, { ...shaped, ...(inRegion ? { region: aws.region } : {}), ...withoutIgnoredTags(aws, answer) }),
      diagnostics: found,
    };
  } catch (error) {
    return { state: shaped, diagnostics: [...found, ...awsDiagnostics(error, `reading ${nounOf(dataSource.type)}`)] };
  }
}

/** The provider is told of tags to leave alone, and AWS's own are never shown. */
function withoutIgnoredTags({ ignoreTags }: AwsContext, answer: ValueObject): ValueObject {
  if (answer.tags === undefined || !isObject(answer.tags)) return answer;
  const ignored = { ignoreKeys: ignoreTags.keys, ignorePrefixes: ignoreTags.prefixes };
  const kept = Object.entries(answer.tags).filter(([key]) => !key.startsWith("aws:") && !isIgnoredTag(ignored, key));
  return { ...answer, tags: Object.fromEntries(kept) };
}
