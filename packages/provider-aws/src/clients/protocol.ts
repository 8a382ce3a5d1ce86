import type { HttpRequest as HttpRequestShape, HttpResponse as HttpResponseShape } from "@smithy/types";
import type * as SdkProtocols from "./sdk-protocols.ts";
import type { Wire, WireSchema } from "./wire.ts";

/** The SDK's protocol of one service: typed input to HTTP request, HTTP response to typed output (or a thrown exception). */
export interface ServiceProtocol {
  serialize(operation: WireSchema, input: unknown, endpoint: URL): Promise<HttpRequestShape>;
  /** Throws an error named as the SDK's exception (`QueueDoesNotExist`), with `$metadata`, when the response is one. */
  deserialize(operation: WireSchema, response: HttpResponseShape): Promise<unknown>;
}

interface SdkProtocol {
  setSerdeContext(context: object): void;
  serializeRequest(operation: object, input: unknown, context: object): Promise<HttpRequestShape>;
  deserializeResponse(operation: object, context: object, response: HttpResponseShape): Promise<unknown>;
}

type SdkModule = typeof SdkProtocols;

/** Builds the protocol of a service from its wire data. */
export async function loadProtocol(wire: Wire): Promise<ServiceProtocol> {
  const sdk = await import("./sdk-protocols.ts");
  const protocol = createSdkProtocol(sdk, wire);
  const context = {
    base64Decoder: sdk.fromBase64,
    base64Encoder: sdk.toBase64,
    utf8Decoder: sdk.fromUtf8,
    utf8Encoder: sdk.toUtf8,
    disableHostPrefix: true,
  };
  protocol.setSerdeContext(context);
  const operationOf = ([, namespace, name, traits, input, output]: WireSchema) => ({ namespace, name, traits, input, output });
  return {
    serialize: (operation, input, endpoint) =>
      protocol.serializeRequest(operationOf(operation), input, { ...context, endpoint: async () => endpointParts(endpoint) }),
    deserialize: (operation, response) => protocol.deserializeResponse(operationOf(operation), context, response),
  };
}

function endpointParts(endpoint: URL): object {
  return {
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    port: endpoint.port === "" ? undefined : Number(endpoint.port),
    path: endpoint.pathname,
    query: {},
  };
}

/** Protocol classes by their name in the wire data. S3's own class only adds a check on the bucket that we make ourselves. */
function createSdkProtocol(sdk: SdkModule, wire: Wire): SdkProtocol {
  const registry = new sdk.TypeRegistry(wire.namespace);
  for (const schema of wire.errors()) registry.registerError(schema as never, exceptionClass(String(schema[2])) as never);
  const classes: { readonly [name: string]: unknown } = {
    AwsJson1_0Protocol: sdk.AwsJson1_0Protocol,
    AwsJson1_1Protocol: sdk.AwsJson1_1Protocol,
    AwsQueryProtocol: sdk.AwsQueryProtocol,
    AwsRestJsonProtocol: sdk.AwsRestJsonProtocol,
    S3RestXmlProtocol: sdk.AwsRestXmlProtocol,
  };
  const Protocol = classes[wire.protocol] as (new (options: object) => SdkProtocol) | undefined;
  if (Protocol === undefined) throw new Error(`no wire protocol ${wire.protocol}`);
  return new Protocol({
    defaultNamespace: wire.namespace,
    errorTypeRegistries: [registry],
    xmlNamespace: wire.xmlNamespace ?? "",
    version: wire.version,
    serviceTarget: wire.target ?? "",
    awsQueryCompatible: wire.queryCompatible,
  });
}

/** An exception class with the model's name, as the SDK's generated classes have it. */
function exceptionClass(name: string): new (options?: { readonly name?: string }) => Error {
  return class extends Error {
    constructor(options: { readonly name?: string } = {}) {
      super();
      // The protocol makes the service's base exception for codes that the model lacks, and tells it the code.
      this.name = options.name ?? name;
    }
  };
}
