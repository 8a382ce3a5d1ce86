/**
 * Adds to the utility providers' schemas what the prepared facts lack: the external and cloudinit providers, what newer versions brought, and
 * names of Pulumi's packages. Facts from the providers' published documentation (registry.terraform.io, read 2026-11).
 *
 * Usage: node scripts/utility-schemas.ts   (rewrites packages/provider-utilities/data/schemas.json; import-data.ts does the same)
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const computed = (type: Json, rest: JsonObject = {}): JsonObject => ({ type, computed: true, ...rest });
const optional = (type: Json, rest: JsonObject = {}): JsonObject => ({ type, optional: true, ...rest });
const required = (type: Json, rest: JsonObject = {}): JsonObject => ({ type, required: true, ...rest });
const replaces: JsonObject = { force_new: "known" };

/** external 2.3.5. */
const EXTERNAL: JsonObject = {
  source: "registry.terraform.io/hashicorp/external",
  provider_version: "2.3.5",
  resources: {},
  data_sources: {
    external: {
      attributes: {
        id: computed("string"),
        program: required(["list", "string"]),
        query: optional(["map", "string"]),
        result: computed(["map", "string"]),
        working_dir: optional("string"),
      },
    },
  },
};

const argument = (name: string, type: Json): JsonObject => ({ name, type, isNullable: false, takesUnknown: false });
const numbers = (...names: readonly string[]) => Object.fromEntries(names.map((name): [string, Json] => [name, "number"]));
const MOMENT: JsonObject = {
  ...numbers("year", "year_day", "day", "month", "weekday", "hour", "minute", "second", "iso_year", "iso_week"),
  month_name: "string",
  weekday_name: "string",
};

/** time 0.12 and 0.13. */
const TIME_FUNCTIONS: JsonObject = {
  duration_parse: {
    summary: "Parse a Go duration string into an object",
    parameters: [argument("duration", "string")],
    returns: ["object", numbers("hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds")],
  },
  rfc3339_parse: {
    summary: "Parse an RFC3339 timestamp string into an object",
    parameters: [argument("timestamp", "string")],
    returns: ["object", { ...MOMENT, unix: "number" }],
  },
  unix_timestamp_parse: {
    summary: "Parse a unix timestamp integer into an object",
    parameters: [argument("unix_timestamp", "number")],
    returns: ["object", { ...MOMENT, rfc3339: "string" }],
  },
};

/** local 2.5. */
const LOCAL_FUNCTIONS: JsonObject = {
  direxists: {
    summary: "Determines whether a directory exists at a given path.",
    parameters: [argument("path", "string")],
    returns: "bool",
  },
};

const PART: JsonObject = {
  content: required("string"),
  content_type: optional("string"),
  filename: optional("string"),
  merge_type: optional("string"),
};
const CONFIG: JsonObject = {
  id: computed("string"),
  base64_encode: optional("bool"),
  boundary: optional("string"),
  gzip: optional("bool"),
  rendered: computed("string"),
};

/** cloudinit 2.3.7. The data source sets its defaults itself; the resource's are in its schema. */
const CLOUDINIT: JsonObject = {
  source: "registry.terraform.io/hashicorp/cloudinit",
  provider_version: "2.3.7",
  resources: {
    cloudinit_config: {
      version: 0,
      deprecated: true,
      attributes: {
        ...CONFIG,
        base64_encode: optional("bool", { computed: true, default_doc: true, ...replaces }),
        boundary: optional("string", { computed: true, default_doc: "MIMEBOUNDARY", ...replaces }),
        gzip: optional("bool", { computed: true, default_doc: true, ...replaces }),
      },
      blocks: {
        part: { nesting: "list", ...replaces, attributes: { ...PART, content_type: optional("string", { computed: true }) } },
      },
    },
  },
  data_sources: {
    cloudinit_config: {
      attributes: {
        ...CONFIG,
        base64_encode: optional("bool", { computed: true }),
        boundary: optional("string", { computed: true }),
        gzip: optional("bool", { computed: true }),
      },
      blocks: { part: { nesting: "list", attributes: { ...PART, content_type: optional("string", { computed: true }) } } },
    },
  },
};

const TOKENS: { readonly resources: JsonObject; readonly functions: JsonObject } = {
  resources: {
    "archive:index/file:File": "archive_file",
    "cloudinit:index/config:Config": "cloudinit_config",
  },
  functions: {
    "cloudinit:index/getConfig:getConfig": "cloudinit_config",
    "external:index/getExternal:getExternal": "external",
    "null:index/getDataSource:getDataSource": "null_data_source",
  },
};

/** The schemas with all that is written here. Applied twice it changes nothing more. */
export function completeUtilitySchemas(given: JsonObject): JsonObject {
  const data = structuredClone(given);
  const providers = objectAt(data, "providers");
  providers.external = EXTERNAL;
  providers.cloudinit = CLOUDINIT;
  addPathLength(objectAt(providers, "tls"));
  const tls = objectAt(providers, "tls");
  tls.ephemeral_resources = ephemeralsOfTls(tls);
  objectAt(providers, "time").functions = TIME_FUNCTIONS;
  objectAt(providers, "local").functions = LOCAL_FUNCTIONS;
  const tokens = objectAt(data, "pulumi_tokens");
  for (const kind of ["resources", "functions"] as const) Object.assign(objectAt(tokens, kind), TOKENS[kind]);
  return data;
}

/** tls 4.1: what the types of the same names have, but for the id. */
function ephemeralsOfTls(tls: JsonObject): JsonObject {
  const without = (section: string, type: string): JsonObject => {
    const { id: _id, ...attributes } = objectAt(objectAt(objectAt(tls, section), type), "attributes");
    return { attributes };
  };
  return {
    tls_private_key: without("resources", "tls_private_key"),
    tls_public_key: without("data_sources", "tls_public_key"),
  };
}

/** tls 4.2: `max_path_length`. A subject is one block, which the real schema leaves to a validator. */
function addPathLength(tls: JsonObject): void {
  tls.provider_version = "4.2.1";
  const resources = objectAt(tls, "resources");
  for (const type of ["tls_self_signed_cert", "tls_locally_signed_cert"]) {
    objectAt(objectAt(resources, type), "attributes").max_path_length = optional("number", { computed: true, ...replaces });
  }
  for (const type of ["tls_self_signed_cert", "tls_cert_request"]) {
    objectAt(objectAt(objectAt(resources, type), "blocks"), "subject").max_hint = 1;
  }
  const certificates = objectAt(
    objectAt(objectAt(objectAt(tls, "data_sources"), "tls_certificate"), "attributes"),
    "certificates",
  );
  const [, [, fields]] = certificates.type as [string, [string, JsonObject]];
  fields.max_path_length = "number";
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error(`the data has no object "${name}"`);
  return value;
}

if (argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, "../packages/provider-utilities/data/schemas.json");
  const data = JSON.parse(readFileSync(file, "utf8")) as JsonObject;
  writeFileSync(file, `${JSON.stringify(completeUtilitySchemas(data))}\n`);
}
