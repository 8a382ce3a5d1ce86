export type { HttpAnswer, HttpSender } from "./clients/request.ts";
export type { AwsTarget } from "./config/connect.ts";
export { type AwsProviderOptions, createAwsProvider } from "./provider.ts";
export { DATA_SOURCES, RESOURCES } from "./registry.ts";
export type { AwsClients, AwsContext, CustomPlan, NativeDataSource, NativeResource } from "./resource.ts";
export { createSchemaStore, type Edition, type SchemaStore } from "./schema/load-schema.ts";
export { type BucketOptions, openStateBucket, readStateObject, type StateBucket } from "./state-bucket.ts";
export { openStateKeys, type StateKeys } from "./state-keys.ts";
