import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configOf, load, project, run } from "./programs.ts";

/** The salt that Pulumi's own tests have for the passphrase "password" (pkg/secrets/passphrase/manager_test.go). */
const PULUMI_SALT = "v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ==";

/** Made by Python's `cryptography` with the passphrase "correct horse". */
const SALT = "v1:AAECAwQFBgc=:v1:AAAAAAAAAAAAAAAA:H7LILabuyXE2ZimsewYiaUdXF8/kVQ==";
const TEXT = "v1:AQEBAQEBAQEBAQEB:b3iediEhCbz7UiLCoOQHUVhN41WWag6RJww=";
const JSON_TEXT = "v1:AgICAgICAgICAgIC:LYjCK63RhG6T8WyUxAaeAZGorPkIp9zUdk4YC3ke";
const NUMBER = "v1:AwMDAwMDAwMDAwMD:g4/xYWDWx9C8PbF8z8FXorly";

const YAML = `encryptionsalt: ${SALT}
config:
  shop:password:
    secure: ${TEXT}
  shop:list:
    secure: ${JSON_TEXT}
  shop:port:
    secure: ${NUMBER}
  shop:db:
    user: app
    password:
      secure: ${TEXT}
  plain: open
`;
const PHRASE = { PULUMI_CONFIG_PASSPHRASE: "correct horse" };

describe("encrypted configuration values", () => {
  test("are decrypted with the passphrase, stay secret as Outputs, and inside objects too", async () => {
    const { result, diagnostics } = await run(
      {
        ...configOf(`const c = new $util.Config();
        new aws.ssm.Parameter("P", { type: "SecureString", value: c.requireSecret("password") });
        return { p: c.requireSecret("password"), l: c.requireSecretObject("list"), n: c.requireSecretNumber("port"),
          d: c.getSecretObject("db"), o: c.require("plain") };`),
        "Pulumi.dev.yaml": YAML,
      },
      { env: PHRASE },
    );
    expect(diagnostics).toEqual([]);
    const { p, l, n, d, o } = result.outputs;
    expect([p?.value, l?.value, n?.value, d?.value, o?.value]).toEqual([
      "hunter2-ü",
      [1, { a: true }],
      42,
      { user: "app", password: "hunter2-ü" },
      "open",
    ]);
    expect([p, l, n, d, o].map((output) => output?.sensitive)).toEqual([true, true, true, true, false]);
  });

  test("read as plain values are given with a warning at the place", async () => {
    const { result, diagnostics } = await run(
      { ...configOf("return { p: new $util.Config().require('password') };"), "Pulumi.dev.yaml": YAML },
      { env: PHRASE },
    );
    expect(result.outputs.p?.value).toBe("hunter2-ü");
    expect(diagnostics.find((d) => d.code === "DVT1023")).toMatchObject({ severity: "warning", range: { line: 2, column: 32 } });
  });

  test("the passphrase may lie in a file, or in .env", async () => {
    const program = configOf("return { p: new $util.Config().requireSecret('password') };");
    for (const [name, files, env] of [
      ["file", { phrase: "correct horse\n" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "phrase" }],
      [".env", { ".env": 'PULUMI_CONFIG_PASSPHRASE="correct horse"\n' }, {}],
    ] as const) {
      const { result } = await run({ ...program, ...files, "Pulumi.dev.yaml": YAML }, { env });
      expect([name, result.outputs.p?.value]).toEqual([name, "hunter2-ü"]);
    }
  });

  test("Pulumi's own salt and passphrase are taken", async () => {
    const { diagnostics } = await run(
      {
        ...configOf("new $util.Config().getSecret('a');"),
        "Pulumi.dev.yaml": `encryptionsalt: ${PULUMI_SALT}\nconfig:\n  shop:a:\n    secure: ${PULUMI_SALT.split(":").slice(2).join(":")}\n`,
      },
      { env: { PULUMI_CONFIG_PASSPHRASE: "password" } },
    );
    expect(diagnostics.map((d) => d.code)).toEqual(["DVT1017"]);
  });

  test.each([
    ["without a passphrase", YAML, {}, "there is no passphrase"],
    ["with a wrong one", YAML, { PULUMI_CONFIG_PASSPHRASE: "wrong" }, "the passphrase is wrong"],
    ["without a salt", YAML.replace(/^.*\n/, ""), PHRASE, 'no "encryptionsalt"'],
    ["with a salt of another form", YAML.replace("v1:", "v9:"), PHRASE, "no form that is known"],
    ["with a value cut short", YAML.replace(TEXT, TEXT.slice(0, 30)), PHRASE, "no form that is known"],
    ["with a value changed", YAML.replace(TEXT, TEXT.replace("b3ie", "b3if")), PHRASE, "another key, or is damaged"],
    ["by another secrets provider", `secretsprovider: awskms://alias/x\n${YAML}`, PHRASE, "awskms://alias/x"],
  ])("%s they are an error at the key, and only for who asks for them", async (_name, yaml, env, why) => {
    const files = {
      ...configOf("new $util.Config().get('plain'); new $util.Config().getSecret('password');"),
      "Pulumi.dev.yaml": yaml,
    };
    const { diagnostics } = await run(files, { env });
    const [error] = diagnostics.filter((d) => d.severity === "error");
    expect(error).toMatchObject({ code: "DVT1018", detail: expect.stringContaining(why) });
    expect(error?.range?.file).toMatch(/Pulumi\.dev\.yaml$/);
    expect(yaml.split("\n")[(error?.range?.line ?? 0) - 1]).toContain("shop:password:");
    expect(JSON.stringify(diagnostics)).not.toContain("correct horse");
    const { diagnostics: quiet } = await run(
      { ...configOf("new $util.Config().require('plain');"), "Pulumi.dev.yaml": yaml },
      { env },
    );
    expect(quiet.map((d) => d.code)).toEqual(["DVT1017"]);
  });

  test("PULUMI_CONFIG_SECRET_KEYS makes values of PULUMI_CONFIG secret", async () => {
    const { result } = await run(configOf("const c = new $util.Config(); return { a: c.getSecret('a'), w: c.get('b') };"), {
      env: { PULUMI_CONFIG: '{"shop:a":"x","b":"y"}', PULUMI_CONFIG_SECRET_KEYS: '["shop:a"]' },
    });
    expect(result.outputs).toEqual({ a: { value: "x", sensitive: true }, w: { value: "y", sensitive: false } });
  });

  test("Pulumi.yaml sets what stages leave out", async () => {
    const { result } = await run({
      ...configOf("const c = new $util.Config(); return { a: c.get('a'), b: c.getNumber('b'), c: c.get('c') };"),
      "Pulumi.yaml":
        "name: shop\nruntime: nodejs\nconfig:\n  a: one\n  shop:b:\n    type: integer\n    default: 3\n  c:\n    value: all\n",
      "Pulumi.dev.yaml": "config:\n  shop:a: two\n",
    });
    expect(Object.values(result.outputs).map((output) => output.value)).toEqual(["two", 3, "all"]);
  });

  test("the files are among what a watch looks at", async () => {
    const root = project(configOf(""));
    writeFileSync(join(root, "Pulumi.dev.yaml"), "config: {}\n");
    const app = await load(root);
    expect(app.inputFiles).toEqual(expect.arrayContaining([join(root, "Pulumi.dev.yaml"), join(root, "Pulumi.yaml")]));
  });
});
