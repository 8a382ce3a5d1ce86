/**
 * The messages of Terraform's plugin protocol, versions 5 and 6: names, field numbers and types
 * (terraform-plugin-go, `tfplugin5.proto` 5.7 and `tfplugin6.proto` 6.7).
 */
import protobuf from "protobufjs";

export type ProtocolVersion = 5 | 6;

/** `[number, type]`; a leading `*` repeats it, `{}` makes a map of texts to it; with `?` at its end zero is told from absent. */
type Field = readonly [number: number, type: string];
type Message = { readonly [field: string]: Field };

const DIAGNOSTICS = "*Diagnostic";
const VALUE = "DynamicValue";
const CAPABILITIES = "ClientCapabilities";
const NAMED: Message = { type_name: [1, "string"] };

const SHARED: { readonly [name: string]: Message } = {
  DynamicValue: { msgpack: [1, "bytes"], json: [2, "bytes"] },
  Diagnostic: { severity: [1, "int32"], summary: [2, "string"], detail: [3, "string"], attribute: [4, "AttributePath"] },
  AttributePath: { steps: [1, "*Step"] },
  Step: { attribute_name: [1, "string"], element_key_string: [2, "string"], element_key_int: [3, "int64"] },
  RawState: { json: [1, "bytes"], flatmap: [2, "{}string"] },
  Schema: { version: [1, "int64"], block: [2, "Block"] },
  Block: {
    version: [1, "int64"],
    attributes: [2, "*Attribute"],
    block_types: [3, "*NestedBlock"],
    description: [4, "string"],
    description_kind: [5, "int32"],
    deprecated: [6, "bool"],
  },
  NestedBlock: {
    type_name: [1, "string"],
    block: [2, "Block"],
    nesting: [3, "int32"],
    min_items: [4, "int64"],
    max_items: [5, "int64"],
  },
  NestedObject: { attributes: [1, "*Attribute"], nesting: [3, "int32"] },
  ServerCapabilities: {
    plan_destroy: [1, "bool"],
    get_provider_schema_optional: [2, "bool"],
    move_resource_state: [3, "bool"],
  },
  ClientCapabilities: { deferral_allowed: [1, "bool"], write_only_attributes_allowed: [2, "bool"] },
  Deferred: { reason: [1, "int32"] },
  Parameter: {
    name: [1, "string"],
    type: [2, "bytes"],
    allow_null_value: [3, "bool"],
    allow_unknown_values: [4, "bool"],
    description: [5, "string"],
  },
  Return: { type: [1, "bytes"] },
  Function: {
    parameters: [1, "*Parameter"],
    variadic_parameter: [2, "Parameter"],
    return: [3, "Return"],
    summary: [4, "string"],
    description: [5, "string"],
    deprecation_message: [7, "string"],
  },
  FunctionError: { text: [1, "string"], function_argument: [2, "int64?"] },
  Timestamp: { seconds: [1, "int64"], nanos: [2, "int32"] },
  ImportedResource: { type_name: [1, "string"], state: [2, VALUE], private: [3, "bytes"] },
  Empty: {},

  MetadataResponse: {
    server_capabilities: [1, "ServerCapabilities"],
    diagnostics: [2, DIAGNOSTICS],
    data_sources: [3, "*TypeName"],
    resources: [4, "*TypeName"],
    functions: [5, "*FunctionName"],
    ephemeral_resources: [6, "*TypeName"],
  },
  TypeName: NAMED,
  FunctionName: { name: [1, "string"] },
  SchemaResponse: {
    provider: [1, "Schema"],
    resource_schemas: [2, "{}Schema"],
    data_source_schemas: [3, "{}Schema"],
    diagnostics: [4, DIAGNOSTICS],
    provider_meta: [5, "Schema"],
    server_capabilities: [6, "ServerCapabilities"],
    functions: [7, "{}Function"],
    ephemeral_resource_schemas: [8, "{}Schema"],
  },
  // The same bytes, each schema left as it came.
  PackedSchemaResponse: {
    provider: [1, "Schema"],
    resource_schemas: [2, "{}bytes"],
    data_source_schemas: [3, "{}bytes"],
    diagnostics: [4, DIAGNOSTICS],
    server_capabilities: [6, "ServerCapabilities"],
    functions: [7, "{}Function"],
    ephemeral_resource_schemas: [8, "{}bytes"],
  },
  ConfigRequest: { config: [1, VALUE] },
  PrepareResponse: { prepared_config: [1, VALUE], diagnostics: [2, DIAGNOSTICS] },
  TypedConfigRequest: { ...NAMED, config: [2, VALUE], client_capabilities: [3, CAPABILITIES] },
  DiagnosticsResponse: { diagnostics: [1, DIAGNOSTICS] },
  ConfigureRequest: { terraform_version: [1, "string"], config: [2, VALUE], client_capabilities: [3, CAPABILITIES] },
  UpgradeRequest: { ...NAMED, version: [2, "int64"], raw_state: [3, "RawState"] },
  UpgradeResponse: { upgraded_state: [1, VALUE], diagnostics: [2, DIAGNOSTICS] },
  ReadRequest: {
    ...NAMED,
    current_state: [2, VALUE],
    private: [3, "bytes"],
    provider_meta: [4, VALUE],
    client_capabilities: [5, CAPABILITIES],
  },
  ReadResponse: { new_state: [1, VALUE], diagnostics: [2, DIAGNOSTICS], private: [3, "bytes"], deferred: [4, "Deferred"] },
  PlanRequest: {
    ...NAMED,
    prior_state: [2, VALUE],
    proposed_new_state: [3, VALUE],
    config: [4, VALUE],
    prior_private: [5, "bytes"],
    provider_meta: [6, VALUE],
    client_capabilities: [7, CAPABILITIES],
  },
  PlanResponse: {
    planned_state: [1, VALUE],
    requires_replace: [2, "*AttributePath"],
    planned_private: [3, "bytes"],
    diagnostics: [4, DIAGNOSTICS],
    legacy_type_system: [5, "bool"],
    deferred: [6, "Deferred"],
  },
  ApplyRequest: {
    ...NAMED,
    prior_state: [2, VALUE],
    planned_state: [3, VALUE],
    config: [4, VALUE],
    planned_private: [5, "bytes"],
    provider_meta: [6, VALUE],
    client_capabilities: [7, CAPABILITIES],
  },
  ApplyResponse: {
    new_state: [1, VALUE],
    private: [2, "bytes"],
    diagnostics: [3, DIAGNOSTICS],
    legacy_type_system: [4, "bool"],
  },
  ImportRequest: { ...NAMED, id: [2, "string"], client_capabilities: [3, CAPABILITIES] },
  ImportResponse: { imported_resources: [1, "*ImportedResource"], diagnostics: [2, DIAGNOSTICS], deferred: [3, "Deferred"] },
  MoveRequest: {
    source_provider_address: [1, "string"],
    source_type_name: [2, "string"],
    source_schema_version: [3, "int64"],
    source_state: [4, "RawState"],
    target_type_name: [5, "string"],
    source_private: [6, "bytes"],
  },
  MoveResponse: { target_state: [1, VALUE], diagnostics: [2, DIAGNOSTICS], target_private: [3, "bytes"] },
  ReadDataRequest: { ...NAMED, config: [2, VALUE], provider_meta: [3, VALUE], client_capabilities: [4, CAPABILITIES] },
  ReadDataResponse: { state: [1, VALUE], diagnostics: [2, DIAGNOSTICS], deferred: [3, "Deferred"] },
  OpenResponse: {
    diagnostics: [1, DIAGNOSTICS],
    renew_at: [2, "Timestamp"],
    result: [3, VALUE],
    private: [4, "bytes"],
    deferred: [5, "Deferred"],
  },
  RenewRequest: { ...NAMED, private: [2, "bytes"] },
  RenewResponse: { diagnostics: [1, DIAGNOSTICS], renew_at: [2, "Timestamp"], private: [3, "bytes"] },
  CloseRequest: { ...NAMED, private: [2, "bytes"] },
  FunctionsResponse: { functions: [1, "{}Function"], diagnostics: [2, DIAGNOSTICS] },
  CallRequest: { name: [1, "string"], arguments: [2, "*DynamicValue"] },
  CallResponse: { result: [1, VALUE], error: [2, "FunctionError"] },
  StopResponse: { Error: [1, "string"] },
};

const ATTRIBUTE: Message = {
  name: [1, "string"],
  type: [2, "bytes"],
  description: [3, "string"],
  required: [4, "bool"],
  optional: [5, "bool"],
  computed: [6, "bool"],
  sensitive: [7, "bool"],
  description_kind: [8, "int32"],
  deprecated: [9, "bool"],
};

const OWN: { readonly [version in ProtocolVersion]: { readonly [name: string]: Message } } = {
  5: { Attribute: { ...ATTRIBUTE, write_only: [10, "bool"] } },
  6: { Attribute: { ...ATTRIBUTE, nested_type: [10, "NestedObject"], write_only: [11, "bool"] } },
};

/** The calls by what they do: `[name in version 5, name in version 6, request, response]`. */
export const METHODS = {
  getMetadata: ["GetMetadata", "GetMetadata", "Empty", "MetadataResponse"],
  getSchema: ["GetSchema", "GetProviderSchema", "Empty", "SchemaResponse"],
  validateProvider: ["PrepareProviderConfig", "ValidateProviderConfig", "ConfigRequest", "PrepareResponse"],
  validateResource: ["ValidateResourceTypeConfig", "ValidateResourceConfig", "TypedConfigRequest", "DiagnosticsResponse"],
  validateData: ["ValidateDataSourceConfig", "ValidateDataResourceConfig", "TypedConfigRequest", "DiagnosticsResponse"],
  upgrade: ["UpgradeResourceState", "UpgradeResourceState", "UpgradeRequest", "UpgradeResponse"],
  configure: ["Configure", "ConfigureProvider", "ConfigureRequest", "DiagnosticsResponse"],
  read: ["ReadResource", "ReadResource", "ReadRequest", "ReadResponse"],
  plan: ["PlanResourceChange", "PlanResourceChange", "PlanRequest", "PlanResponse"],
  apply: ["ApplyResourceChange", "ApplyResourceChange", "ApplyRequest", "ApplyResponse"],
  import: ["ImportResourceState", "ImportResourceState", "ImportRequest", "ImportResponse"],
  move: ["MoveResourceState", "MoveResourceState", "MoveRequest", "MoveResponse"],
  readData: ["ReadDataSource", "ReadDataSource", "ReadDataRequest", "ReadDataResponse"],
  validateEphemeral: [
    "ValidateEphemeralResourceConfig",
    "ValidateEphemeralResourceConfig",
    "TypedConfigRequest",
    "DiagnosticsResponse",
  ],
  openEphemeral: ["OpenEphemeralResource", "OpenEphemeralResource", "TypedConfigRequest", "OpenResponse"],
  renewEphemeral: ["RenewEphemeralResource", "RenewEphemeralResource", "RenewRequest", "RenewResponse"],
  closeEphemeral: ["CloseEphemeralResource", "CloseEphemeralResource", "CloseRequest", "DiagnosticsResponse"],
  getFunctions: ["GetFunctions", "GetFunctions", "Empty", "FunctionsResponse"],
  callFunction: ["CallFunction", "CallFunction", "CallRequest", "CallResponse"],
  stop: ["Stop", "StopProvider", "Empty", "StopResponse"],
} as const;
export type MethodName = keyof typeof METHODS;

/** A message as plain data: snake_case names, bytes as Buffer, numbers as numbers. */
export type Plain = { readonly [field: string]: unknown };

export interface Codec {
  encode(value: Plain): Buffer;
  decode(bytes: Uint8Array): Plain;
}

export interface Method {
  /** `/tfplugin6.Provider/PlanResourceChange`. */
  readonly path: string;
  readonly request: Codec;
  readonly response: Codec;
}

/** The calls of one protocol version, ready for gRPC. */
export function methodsOf(version: ProtocolVersion): { readonly [name in MethodName]: Method } {
  const root = rootOf(version);
  const entries = Object.entries(METHODS).map(([name, [five, six, request, response]]): [string, Method] => [
    name,
    {
      path: `/tfplugin${version}.Provider/${version === 5 ? five : six}`,
      request: codecOf(root, request),
      response: codecOf(root, response),
    },
  ]);
  return Object.fromEntries(entries) as { [name in MethodName]: Method };
}

/** The answer of `getSchema` with its schemas packed, and what unpacks one: of a provider's thousand types a run needs a few. */
export function packedSchemas(version: ProtocolVersion): { readonly response: Codec; readonly schema: Codec } {
  const root = rootOf(version);
  return { response: codecOf(root, "PackedSchemaResponse"), schema: codecOf(root, "Schema") };
}

function codecOf(root: protobuf.Root, name: string): Codec {
  const type = root.lookupType(name);
  return {
    encode: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
    decode: (bytes) => type.toObject(type.decode(bytes), { longs: Number, bytes: Buffer, arrays: true, objects: true }),
  };
}

function rootOf(version: ProtocolVersion): protobuf.Root {
  const nested: { [name: string]: protobuf.INamespace } = {};
  for (const [name, message] of Object.entries({ ...SHARED, ...OWN[version] }))
    nested[name] = typeOf(message, message === SHARED.Step);
  const root = protobuf.Root.fromJSON({ nested });
  root.resolveAll();
  return root;
}

function typeOf(message: Message, oneOf: boolean): protobuf.IType {
  const fields: { [name: string]: protobuf.IField & { keyType?: string } } = {};
  for (const [name, [id, type]] of Object.entries(message)) {
    if (type.startsWith("{}")) fields[name] = { id, type: type.slice(2), keyType: "string" };
    else if (type.startsWith("*")) fields[name] = { id, type: type.slice(1), rule: "repeated" };
    else if (type.endsWith("?")) fields[name] = { id, type: type.slice(0, -1) };
    else fields[name] = { id, type };
  }
  const optional = Object.keys(message).filter((name) => message[name]?.[1].endsWith("?") === true);
  const oneofs: { [name: string]: protobuf.IOneOf } = Object.fromEntries(optional.map((name) => [`_${name}`, { oneof: [name] }]));
  if (oneOf) oneofs.selector = { oneof: Object.keys(message) };
  return { fields, oneofs };
}
