import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceSchema } from "@dovetail/model";
import { afterAll, describe, expect, it } from "vitest";
import { declaredProviders } from "../app/declared-providers.ts";
import { createForeignCatalog } from "./foreign-catalog.ts";
import { namesOf, plural, typeOfClass } from "./foreign-names.ts";
import { isProviderPackage, NOT_INSTALLED, packageFolder, readInstalled } from "./installed-package.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-foreign-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("names", () => {
  it.each([
    ["rule", "rules"],
    ["policy", "policies"],
    ["key", "keys"],
    ["address", "addresses"],
    ["status", "statuses"],
    ["box", "boxes"],
    ["branch", "branches"],
    ["rules", "rules"],
    ["policies", "policies"],
    ["metadata", "metadata"],
    ["nameServer", "nameServers"],
  ])("a list of %s is called %s", (one, many) => {
    expect(plural(one)).toBe(many);
  });

  const schema: ResourceSchema = {
    attributes: {
      name: { type: "string", required: true },
      name_server: { type: ["list", "string"], optional: true },
      tag: { type: ["map", "string"], optional: true },
      part: { type: ["set", ["object", { zone_id: "string", item: ["list", "string"] }]], computed: true },
      nested: { optional: true, nested_type: { nesting: "list", attributes: { code: { type: ["list", "string"] } } } },
    },
    blocks: {
      rule: { nesting: "list", attributes: { match: { type: ["set", "string"], optional: true } } },
      only: { nesting: "list", max: 1, attributes: { value: { type: ["list", "string"], optional: true } } },
      single: { nesting: "single", attributes: {} },
    },
  };

  it("lists become plural, blocks that occur once become objects, maps stay", () => {
    const { names, flat } = namesOf(schema, () => undefined);
    expect(names).toEqual({
      name_server: "nameServers",
      part: "parts",
      "part.item": "items",
      nested: "nesteds",
      "nested.code": "codes",
      rule: "rules",
      "rule.match": "matches",
      "only.value": "values",
    });
    expect(flat).toEqual(["only"]);
  });

  it("an installed package's typing has the last word", () => {
    const has = (name: string) => ["nameServer", "rules"].includes(name);
    expect(namesOf(schema, has).names).toMatchObject({ name_server: "nameServer", rule: "rules" });
  });

  const types = ["acme_dns_record", "acme_dns_zone", "acme_vpc", "acme_acme_thing"];
  it.each<[string, string | undefined]>([
    ["DnsRecord", "acme_dns_record"],
    ["DNSRecord", "acme_dns_record"],
    ["dns.Record", "acme_dns_record"],
    ["some.DnsZone", "acme_dns_zone"],
    ["AcmeVpc", "acme_vpc"],
    ["VPC", "acme_vpc"],
    ["Thing", undefined],
    ["constructor", undefined],
    ["", undefined],
  ])("the class %s is the type %s", (path, type) => {
    expect(typeOfClass(types, path)).toBe(type);
  });
});

describe("the catalog of a foreign package", () => {
  const schema: ResourceSchema = {
    attributes: { name: { type: "string", required: true }, id: { type: "string", computed: true } },
  };
  const catalog = createForeignCatalog(
    "gacme",
    {
      localName: "acme",
      listTypes: (kind) => (kind === "resource" ? ["acme_dns_record"] : ["acme_dns_zone", "acme_dns_zones"]),
      schema: () => schema,
    },
    NOT_INSTALLED,
  );

  it("has classes and functions by Pulumi's names, and is called as its types are", () => {
    expect([catalog.name, catalog.paths("resource"), catalog.paths("data")]).toEqual([
      "acme",
      ["DnsRecord"],
      ["getDnsZone", "getDnsZones"],
    ]);
    expect(catalog.describe("data", "getDnsZones")?.tf).toBe("acme_dns_zones");
    expect(catalog.describe("data", "dns.getZone")?.tf).toBe("acme_dns_zone");
    expect(catalog.describe("data", "getNothing")).toBeUndefined();
    expect(catalog.describe("resource", "DnsRecord")).toMatchObject({
      token: "gacme:index/dnsRecord:DnsRecord",
      package: "acme",
      map: { autoname: { tf: "name", prop: "name" } },
    });
  });

  it("finds a class by its token", () => {
    expect(catalog.pathOfToken("gacme:index/dnsRecord:DnsRecord")).toBe("DnsRecord");
    expect(catalog.pathOfToken("gacme:dns/record:Record")).toBe("dns.Record");
    expect(catalog.pathOfToken("other:index/dnsRecord:DnsRecord")).toBeUndefined();
    expect(catalog.pathOfToken("")).toBeUndefined();
  });

  it("takes any module, and no function for one", () => {
    expect(["dns", "getDnsZone", "getDnsZoneOutput", "DnsRecord"].map((name) => catalog.hasNamespace(name))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

it("an installed package is found from the importing file upward, and is a provider's where it says so", () => {
  const installed = join(folder, "app/node_modules/@pulumi/acme");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), '{"pulumi":{"resource":true}}');
  writeFileSync(join(installed, "dnsRecord.d.ts"), "    readonly value: x;\n    zoneId?: y;\n");
  writeFileSync(join(installed, "dnsRecord.js"), "DnsRecord.__pulumiType = 'acme:dns/dnsRecord:DnsRecord';");
  expect(packageFolder(join(folder, "app/src/deep"), "@pulumi/acme/dns")).toBe(installed);
  expect(packageFolder(folder, "@pulumi/acme")).toBeUndefined();
  expect([isProviderPackage(installed), isProviderPackage(folder)]).toEqual([true, false]);
  const read = readInstalled(installed);
  const has = read.propertiesOf("DnsRecord");
  expect(["value", "values", "zoneId"].map(has)).toEqual([true, false, true]);
  expect([read.tokenOf("DnsRecord"), read.tokenOf("Other")]).toEqual(["acme:dns/dnsRecord:DnsRecord", undefined]);
  writeFileSync(join(installed, "package.json"), "{");
  expect(isProviderPackage(installed)).toBe(false);
});

describe("providers that a config file declares", () => {
  it.each<[string, string, readonly string[]]>([
    [
      "versions and arguments",
      'providers: { cloudflare: "5.1.0", aws: { region: "x" }, "acme": { a: { b: 1 } } }',
      ["cloudflare", "acme"],
    ],
    ["comments and strings", 'providers: { // no: "x"\n /* nor: 1 */ acme: "}: {", \'other\': `}` }', ["acme", "other"]],
    ["names that no variable can have", 'providers: { "aws-native": "1", "@pulumi/x": "1", process: "1" }', []],
    ["what is computed", "providers: given", []],
    ["an object that does not end", "providers: { acme: {", ["acme"]],
    ["nothing", "", []],
  ])("are read from its text: %s", (_what, text, wanted) => {
    writeFileSync(join(folder, "config.ts"), text);
    expect(declaredProviders(join(folder, "config.ts"))).toEqual(wanted);
  });

  it("are none where there is no file", () => {
    expect(declaredProviders(join(folder, "none.ts"))).toEqual([]);
  });
});
