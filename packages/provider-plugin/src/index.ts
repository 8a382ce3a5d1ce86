export { type FileReader, nodeFileReader } from "./find/files.ts";
export {
  type FindOptions,
  type FoundProvider,
  findProvider,
  findSources,
  type Place,
  type Search,
  type Wanted,
} from "./find/find-provider.ts";
export { notFoundText } from "./find/not-found.ts";
export { type Requirement, readRequirements } from "./find/requirements.ts";
export { typeOf as providerType } from "./find/sources.ts";
export { unpackedBinary } from "./find/unpack.ts";
export { type HostOptions, hostProvider } from "./host/hosted-provider.ts";
export { type ServedProvider, serveProvider } from "./serve/serve-provider.ts";
