export { type HostOptions, hostProvider } from "./host/hosted-provider.ts";
export { type ServedProvider, serveProvider } from "./serve/serve-provider.ts";
