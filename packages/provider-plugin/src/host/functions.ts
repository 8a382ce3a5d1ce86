/** Functions and renewals of a hosted provider, as the contract has them. Pure. */
import type { TypeExpr } from "@dovetail/model";
import type { FunctionSchema } from "@dovetail/provider";
import type { Plain } from "../wire/messages.ts";
import { bytesOf, listOf, recordOf } from "../wire/schemas.ts";

export function functionFrom(raw: Plain): FunctionSchema {
  const typed = (value: unknown) => JSON.parse(bytesOf(value).toString() || '"dynamic"') as TypeExpr;
  const parameter = (each: Plain) => ({
    name: String(each.name ?? ""),
    type: typed(each.type),
    isNullable: each.allow_null_value === true,
    takesUnknown: each.allow_unknown_values === true,
  });
  const variadic = recordOf(raw.variadic_parameter);
  return {
    parameters: listOf(raw.parameters).map(parameter),
    ...(Object.keys(variadic).length === 0 ? {} : { variadicParameter: parameter(variadic) }),
    returns: typed(recordOf(raw.return).type),
    summary: String(raw.summary ?? ""),
  };
}

/** When an ephemeral value is to be renewed. */
export function renewalOf(value: unknown): { readonly renewAtMs?: number } {
  const { seconds, nanos } = recordOf(value);
  return seconds === undefined || seconds === null
    ? {}
    : { renewAtMs: Number(seconds) * 1000 + Math.floor(Number(nanos ?? 0) / 1e6) };
}
