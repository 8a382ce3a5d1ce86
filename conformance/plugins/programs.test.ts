/** Programs with classes of providers that Dovetail does not bring, through the command line, deployed with a provider written in Go. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { app, type Root, withJudgeInPrograms } from "./program-roots.ts";

const { judge, rootWith } = withJudgeInPrograms();

const RECORD = `
    const zone = await acme.getDnsZone({ name: "example.com" });
    const www = new acme.DnsRecord("Www", {
      zoneId: zone.id,
      name: "www",
      values: zone.nameServers,
      proxySettings: { isEnabled: true },
      routingPolicies: [{ weight: 1, countryCodes: ["ch"] }, { weight: 2 }],
      secret: "a very secret text",
    });
    return { id: www.id, ttl: www.ttl, country: www.routingPolicies.apply((all) => all?.[0]?.countryCodes?.[0]) };`;

const attributesOf = (root: Root, type: string) => root.state().find((each) => each.type === type)?.instances[0]?.attributes;

describe.skipIf(judge === undefined)("classes of a provider that is not ours", () => {
  test("are made from its schema, by Pulumi's names: deployed, read back, unchanged, removed", async () => {
    const root = rootWith(app(RECORD));
    const deployed = await root.run("deploy", "--stage", "dev", "--yes");
    expect(deployed.err + deployed.out).not.toContain("a very secret text");
    expect(deployed.code, deployed.err).toBe(0);
    expect(attributesOf(root, "acme_dns_record")).toMatchObject({
      account_id: "nobody",
      id: "zone-example.com/www",
      value: ["ns1.example.com", "ns2.example.com"],
      proxy_settings: { is_enabled: true, mode: null },
      routing_policy: [
        { weight: 1, country_code: ["ch"], name: null },
        { weight: 2, country_code: null, name: null },
      ],
      ttl: 300,
    });
    const output = await root.run("output", "--stage", "dev", "--json");
    expect(JSON.parse(output.out)).toMatchObject({
      id: { value: "zone-example.com/www" },
      ttl: { value: 300 },
      country: { value: "ch" },
    });
    const again = await root.run("diff", "--stage", "dev", "--detailed-exitcode");
    expect(again.code, again.out + again.err).toBe(0);
    const removed = await root.run("remove", "--stage", "dev", "--yes");
    expect(removed.code, removed.err).toBe(0);
  });

  test("an alias, a provider of app() and a global without an import", async () => {
    const root = rootWith(
      app(
        `
    const other = new acme.Provider("other", { accountId: "second" });
    new acme.DnsRecord("One", { zoneId: "z", values: [] });
    new acme.DnsRecord("Two", { zoneId: "z", name: "two", values: ["1"] }, { provider: other });
    const zone = acme.getDnsZoneOutput({ name: "b.example" }, { provider: other });
    return { zone: zone.accountId };`,
        '{ acme: { version: "1.0.0", accountId: "first" } }',
        "",
      ),
    );
    const deployed = await root.run("deploy", "--stage", "dev", "--yes");
    expect(deployed.code, deployed.err).toBe(0);
    const records = root.state().filter(({ mode, type }) => mode === "managed" && type === "acme_dns_record");
    const accounts = records.map(({ instances }) => instances[0]?.attributes as { account_id: string; name: string });
    expect(accounts.map(({ account_id }) => account_id).sort()).toEqual(["first", "second"]);
    expect(accounts.find(({ account_id }) => account_id === "first")?.name).toMatch(/^foreign-dev-One-/);
    const output = await root.run("output", "--stage", "dev", "--json");
    expect(JSON.parse(output.out)).toMatchObject({ zone: { value: "second" } });
  });

  test("an object that exists is read by its id", async () => {
    const root = rootWith(app('return { name: acme.DnsRecord.get("Old", "zone/old").name };'));
    const deployed = await root.run("deploy", "--stage", "dev", "--yes");
    expect(deployed.code, deployed.err).toBe(0);
    const output = await root.run("output", "--stage", "dev", "--json");
    expect(JSON.parse(output.out)).toMatchObject({ name: { value: "imported" } });
  });

  test("an installed package says how it names things; modules are as good as the top", async () => {
    const root = rootWith({
      ...app(
        'new acme.dns.Record("R", { zoneId: "z", name: "n", value: ["1"], routingPolicies: [{ countryCode: ["de"] }] });',
        "{}",
        'import * as acme from "@pulumi/acme";',
      ),
      "node_modules/@pulumi/acme/package.json": JSON.stringify({ name: "@pulumi/acme", pulumi: { resource: true } }),
      "node_modules/@pulumi/acme/record.d.ts":
        "export interface RecordArgs {\n  value: pulumi.Input<pulumi.Input<string>[]>;\n  zoneId: pulumi.Input<string>;\n  routingPolicies?: any;\n}\n",
      "node_modules/@pulumi/acme/record.js": "Record.__pulumiType = 'acme:dns/record:Record';\n",
      "node_modules/@pulumi/acme/types/input.d.ts": "export interface RecordRoutingPolicy {\n  countryCode?: any;\n}\n",
    });
    const deployed = await root.run("deploy", "--stage", "dev", "--yes");
    expect(deployed.code, deployed.err).toBe(0);
    expect(attributesOf(root, "acme_dns_record")).toMatchObject({ value: ["1"], routing_policy: [{ country_code: ["de"] }] });
  });

  test("a Pulumi project's configuration is the provider's", async () => {
    const root = rootWith({
      "Pulumi.yaml": "name: project\nruntime: nodejs\n",
      "Pulumi.dev.yaml": "config:\n  acme:accountId: configured\n",
      "index.ts":
        'import * as acme from "@pulumi/acme";\nimport { accountId } from "@pulumi/acme/config";\nconst r = new acme.DnsRecord("r", { zoneId: "z", name: "n", values: [] });\nexport const account = r.accountId;\nexport const told = accountId;\n',
    });
    const deployed = await root.run("deploy", "--stage", "dev", "--yes");
    expect(deployed.code, deployed.err).toBe(0);
    const output = await root.run("output", "--stage", "dev", "--json");
    expect(JSON.parse(output.out)).toMatchObject({ account: { value: "configured" }, told: { value: "configured" } });
  });

  test.each([
    [
      "a class that the provider has not",
      'new acme.DnsRecrd("R", {});',
      "There is no acme.DnsRecrd",
      "Did you mean acme.DnsRecord?",
    ],
    [
      "an argument that it has not",
      'new acme.DnsRecord("R", { zoneID: "z", name: "n", values: [] });',
      "zoneID",
      'Did you mean "zoneId"?',
    ],
    ["a required one that is left out", 'new acme.DnsRecord("R", { name: "n", values: [] });', "zoneId", "sst.config.ts:5"],
    [
      "what the provider refuses",
      'await acme.getDnsZone({ name: "none.example" });',
      "Zone not found",
      "There is no zone none.example.",
    ],
  ])("%s is told in the program's words, at its place", async (_what, run, ...texts) => {
    const ran = await rootWith(app(run)).run("diff", "--stage", "dev");
    expect(ran.code).toBe(1);
    for (const text of texts) expect(ran.err + ran.out).toContain(text);
  });

  test("the schema is read from the binary once", async () => {
    const root = rootWith(app("new acme.DnsRecord('R', { zoneId: 'z', name: 'n', values: [] });"));
    expect((await root.run("diff", "--stage", "dev")).code).toBe(0);
    const folder = join(root.folder, ".dovetail/cache/schemas");
    const [kept = ""] = readdirSync(folder);
    expect(kept).toMatch(/^acme-[0-9a-f]{16}\.json$/);
    writeFileSync(join(folder, kept), readFileSync(join(folder, kept), "utf8").replaceAll("zone_id", "region_id"));
    const ran = await root.run("diff", "--stage", "dev");
    expect(ran.err + ran.out).toContain("regionId");
    writeFileSync(join(folder, kept), "{");
    expect((await root.run("diff", "--stage", "dev")).code).toBe(0);
  });
});

test("a provider that is nowhere is told at its import: where it was looked for, and how to get it", async () => {
  const root = rootWith(app('new acme.DnsRecord("R", {});'), { DOVETAIL_PLUGIN_DIR: "plugins" });
  const ran = await root.run("diff", "--stage", "dev");
  expect(ran.code).toBe(1);
  for (const text of [
    "DVT3005",
    "sst.config.ts:1:",
    "hashicorp/acme",
    "plugins (DOVETAIL_PLUGIN_DIR)",
    "terraform providers mirror",
  ])
    expect(ran.err + ran.out).toContain(text);
});

test("one that app() names and nothing uses is not missed", async () => {
  const root = rootWith(app("", '{ acme: "1.0.0" }', ""), { DOVETAIL_PLUGIN_DIR: "plugins" });
  expect((await root.run("diff", "--stage", "dev")).code).toBe(0);
  const used = rootWith(app('new acme.DnsRecord("R", {});', '{ acme: "1.0.0" }', ""), { DOVETAIL_PLUGIN_DIR: "plugins" });
  const ran = await used.run("diff", "--stage", "dev");
  expect(ran.err + ran.out).toContain("hashicorp/acme");
});

test("a library of Pulumi's that is no provider is taken as it is", async () => {
  const root = rootWith({
    ...app('if (helper() !== 42) throw new Error("no");', "{}", 'import { helper } from "@pulumi/helpers";'),
    "node_modules/@pulumi/helpers/package.json": JSON.stringify({ name: "@pulumi/helpers", main: "index.js" }),
    "node_modules/@pulumi/helpers/index.js": "exports.helper = () => 42;\n",
  });
  const ran = await root.run("diff", "--stage", "dev");
  expect(ran.code, ran.err).toBe(0);
});
