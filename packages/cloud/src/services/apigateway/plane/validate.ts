import type { Model } from "@aws-sdk/client-api-gateway";
import { type Exchange, Refused } from "./exchange.ts";
import { schemaErrors } from "./json-schema.ts";

/** Request validators: parameters that must be there, and bodies by their model. Pure. Developer guide, "Request validation for REST APIs" (read 2026-11-21). */
export function validateRequest(exchange: Exchange): void {
  const { method, frozen } = exchange;
  const validator = frozen.validators.find(({ id }) => id === method?.requestValidatorId);
  if (validator?.validateRequestParameters === true) checkParameters(exchange);
  if (validator?.validateRequestBody === true) checkBody(exchange);
}

function checkParameters({ method, input, parameters }: Exchange): void {
  const query = new URLSearchParams(input.rawQuery);
  const has = (place: string, name: string): boolean => {
    if (place.endsWith("header")) return (input.headers[name.toLowerCase()] ?? "") !== "";
    return place.endsWith("querystring") ? (query.get(name) ?? "") !== "" : (parameters[name] ?? "") !== "";
  };
  const missing = Object.entries(method?.requestParameters ?? {}).flatMap(([parameter, isRequired]) => {
    const [, place = "", name = ""] = /^method\.request\.([a-z]+)\.(.+)$/.exec(parameter) ?? [];
    return isRequired && !has(place, name) ? [name] : [];
  });
  if (missing.length > 0)
    throw new Refused("BAD_REQUEST_PARAMETERS", `Missing required request parameters: [${missing.join(", ")}]`);
}

const parse = (model: Model | undefined): unknown => {
  try {
    return JSON.parse(model?.schema ?? "{}");
  } catch {
    return {};
  }
};

function checkBody({ method, input, frozen }: Exchange): void {
  const models = method?.requestModels ?? {};
  const type = (input.headers["content-type"] ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
  const name = models[type] ?? models.$default;
  if (name === undefined) return;
  const named = (wanted: string) => frozen.models.find((model) => model.name === wanted);
  let body: unknown;
  try {
    body = JSON.parse(input.body.toString("utf8"));
  } catch {
    throw new Refused("BAD_REQUEST_BODY", "Invalid request body", { validationError: "[Invalid JSON]" });
  }
  const errors = schemaErrors(parse(named(name)), body, (reference) => {
    const other = /\/models\/([A-Za-z0-9]+)$/.exec(reference)?.[1];
    return other === undefined ? undefined : parse(named(other));
  });
  if (errors.length > 0)
    throw new Refused("BAD_REQUEST_BODY", "Invalid request body", { validationError: `[${errors.join(", ")}]` });
}
