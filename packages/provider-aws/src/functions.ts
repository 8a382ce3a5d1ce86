/** What configurations call as `provider::aws::…`. Behaviour: `internal/functions` of the real provider (read 2026-11). */
import type { Value } from "@dovetail/model";
import type { FunctionAnswer, FunctionSchema } from "@dovetail/provider";
import type { Edition } from "./schema/load-schema.ts";

interface NativeFunction {
  readonly schema: FunctionSchema;
  call(...values: readonly string[]): Value;
}

/** What the function has to say of its arguments. */
class Refusal extends Error {}

const parameters = (...names: readonly string[]) =>
  names.map((name) => ({ name, type: "string", isNullable: false, takesUnknown: false }) as const);

const ARN_PARTS = { partition: "string", service: "string", region: "string", account_id: "string", resource: "string" } as const;
const SECTIONS = 6;

function parse(arn: string): Record<keyof typeof ARN_PARTS, string> {
  if (!arn.startsWith("arn:")) throw new Refusal("arn: invalid prefix");
  const parts = arn.split(":");
  if (parts.length < SECTIONS) throw new Refusal("arn: not enough sections");
  const [, partition = "", service = "", region = "", account_id = "", ...resource] = parts;
  return { partition, service, region, account_id, resource: resource.join(":") };
}

const ROLE = "role/";

const FUNCTIONS: { readonly [name: string]: NativeFunction } = {
  arn_build: {
    schema: {
      parameters: parameters("partition", "service", "region", "account_id", "resource"),
      returns: "string",
      summary: "arn_build Function",
    },
    call: (...parts) => ["arn", ...parts].join(":"),
  },
  arn_parse: {
    schema: { parameters: parameters("arn"), returns: ["object", ARN_PARTS], summary: "arn_parse Function" },
    call: (arn = "") => parse(arn),
  },
  trim_iam_role_path: {
    schema: { parameters: parameters("arn"), returns: "string", summary: "trim_iam_role_path Function" },
    call(arn = "") {
      const { service, region, resource } = parse(arn);
      if (service !== "iam") throw new Refusal('service must be "iam"');
      if (region !== "") throw new Refusal("region must be empty");
      if (!resource.startsWith(ROLE)) throw new Refusal('resource must begin with "role/"');
      return `${arn.slice(0, -resource.length)}${ROLE}${resource.slice(resource.lastIndexOf("/") + 1)}`;
    },
  },
};

/** Edition 6 has it: a product as the provider block's `user_agent` takes it. */
const USER_AGENT: NativeFunction = {
  schema: {
    parameters: parameters("product_name", "product_version", "comment"),
    returns: "string",
    summary: "user_agent Function",
  },
  call(name = "", version = "", comment = "") {
    if (name === "") throw new Refusal("product_name must not be empty");
    return `${name}${version === "" ? "" : `/${version}`}${comment === "" ? "" : ` (${comment})`}`;
  },
};

function functionsOf(edition: Edition): { readonly [name: string]: NativeFunction } {
  return edition === "5.100.0" ? FUNCTIONS : { ...FUNCTIONS, user_agent: USER_AGENT };
}

export function listFunctions(edition: Edition): { readonly [name: string]: FunctionSchema } {
  return Object.fromEntries(Object.entries(functionsOf(edition)).map(([name, { schema }]) => [name, schema]));
}

/** Arguments are known texts: whoever calls has checked them against the schema. */
export function callFunction(edition: Edition, name: string, values: readonly Value[]): FunctionAnswer {
  const functions = functionsOf(edition);
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (known === undefined) return { error: { text: `The provider has no function "${name}".` } };
  try {
    return { value: known.call(...values.map(String)) };
  } catch (error) {
    if (error instanceof Refusal) return { error: { text: error.message } };
    throw error;
  }
}
