import { describe, expect, it } from "vitest";
import { corsDiagnostics } from "./api.resource.ts";

const cors = (configuration: { allow_credentials?: boolean; allow_origins?: string[] }) => ({
  cors_configuration: [configuration],
});

describe("CORS of an HTTP API", () => {
  it("refuses credentials together with any origin, in AWS's words", () => {
    const [found, ...more] = corsDiagnostics(cors({ allow_credentials: true, allow_origins: ["*"] }));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity: "error", code: "DVT3009" });
    expect(found?.detail).toContain("allow-credentials is not supported if 'allow-origin' is *");
  });

  it("warns of an origin with a wildcard inside, which never matches", () => {
    const found = corsDiagnostics(cors({ allow_origins: ["https://*.example.com", "https://*", "http://localhost:3000"] }));
    expect(found.map((d) => [d.severity, d.code])).toEqual([["warning", "DVT3009"]]);
    expect(found[0]?.detail).toContain("https://*.example.com");
  });

  it.each([
    ["no block", {}],
    ["any origin without credentials", cors({ allow_origins: ["*"] })],
    ["credentials with named origins", cors({ allow_credentials: true, allow_origins: ["https://a.example"] })],
    ["any https origin with credentials", cors({ allow_credentials: true, allow_origins: ["https://*"] })],
  ])("says nothing to %s", (_what, config) => {
    expect(corsDiagnostics(config)).toEqual([]);
  });
});
