import { hasErrors, type ResourceSchema, type ValueObject } from "@dovetail/model";
import type { ReadDataResponse } from "@dovetail/provider";
import { shapeObject } from "@dovetail/provider";
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
    const inRegion = schema.attributes?.region?.optional === true && (shaped.region ?? null) === null;
    return {
      state: shapeObject(schema, { ...shaped, ...(inRegion ? { region: aws.region } : {}), ...answer }),
      diagnostics: found,
    };
  } catch (error) {
    return { state: shaped, diagnostics: [...found, ...awsDiagnostics(error, `reading ${nounOf(dataSource.type)}`)] };
  }
}
