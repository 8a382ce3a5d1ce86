/** The parts of the SDK that requests need, and no others: a bundle leaves the rest (CBOR, event streams) out. */
export {
  AwsJson1_0Protocol,
  AwsJson1_1Protocol,
  AwsQueryProtocol,
  AwsRestJsonProtocol,
  AwsRestXmlProtocol,
} from "@aws-sdk/core/protocols";
export { TypeRegistry } from "@smithy/core/schema";
export { fromBase64, fromUtf8, toBase64, toUtf8 } from "@smithy/core/serde";
