import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Wire } from "./wire.ts";

/** Where requests of a provider go: the embedded cloud, or AWS (with custom endpoints by service name). */
export type EndpointSource =
  | { readonly kind: "local"; readonly endpoint: string }
  | {
      readonly kind: "aws";
      /** An endpoint of the user's own. */
      readonly override: (wire: Pick<Wire, "service" | "serviceId">) => string | undefined;
      readonly dnsSuffix: (region: string) => string;
    };

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/;

/** Regions of IAM's one endpoint, by the partition's DNS suffix. Source: AWS General Reference, IAM endpoints (read 2026-11). */
const GLOBAL_REGIONS: { readonly [suffix: string]: { readonly host: string; readonly region: string } } = {
  "amazonaws.com": { host: "iam.amazonaws.com", region: "us-east-1" },
  "amazonaws.com.cn": { host: "iam.cn-north-1.amazonaws.com.cn", region: "cn-north-1" },
};

/** A request's base URL and the region of its signature. */
export interface ResolvedEndpoint {
  readonly url: URL;
  readonly signingRegion: string;
}

/**
 * The endpoint of a service in a region.
 * Throws DVT7007 when a local target's endpoint is not on loopback.
 */
export function resolveEndpoint(source: EndpointSource, wire: Wire, region: string): ResolvedEndpoint {
  if (source.kind === "local") return { url: loopbackUrl(source.endpoint, wire.serviceId), signingRegion: region };
  const override = source.override(wire);
  if (override !== undefined) return { url: new URL(override), signingRegion: region };
  const suffix = source.dnsSuffix(region);
  if (wire.service === "iam") {
    const global = GLOBAL_REGIONS[suffix];
    if (global !== undefined) return { url: new URL(`https://${global.host}`), signingRegion: global.region };
  }
  return { url: new URL(`https://${wire.endpointPrefix}.${region}.${suffix}`), signingRegion: region };
}

/** The URL when its host is this machine; throws DVT7007, naming the host, when it is not. */
export function loopbackUrl(endpoint: string, what: string): URL {
  const url = new URL(endpoint);
  refuseOtherHosts(url.hostname, what, url.host);
  return url;
}

/** Throws DVT7007, naming the host, unless it is this machine. */
export function refuseOtherHosts(hostname: string, what: string, shown = hostname): void {
  if (LOOPBACK.test(hostname)) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT7007", "Connection refused by policy", {
      detail: `The target of this run is the embedded cloud, and a request to ${what} would have gone to ${shown}. With the local target nothing leaves this machine.`,
      fix: "Choose the target explicitly where the resources are to be made on AWS:\n    dovetail deploy --target aws",
    }),
  );
}
