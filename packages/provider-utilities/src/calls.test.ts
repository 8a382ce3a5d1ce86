/** Functions and ephemeral types. What the real providers answer: their own tests and documentation. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock, seededRandom, type Value, type ValueObject } from "@dovetail/model";
import { shapeObject } from "@dovetail/provider";
import { afterAll, describe, expect, test } from "vitest";
import { createUtilityProvider } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "dovetail-calls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const made = (name: string) => createUtilityProvider(name, { clock: manualClock(0), random: seededRandom(1), cwd: folder });
const call = (provider: string, name: string, ...values: Value[]) => made(provider).callFunction?.(name, values);

describe("provider::time", () => {
  test("a moment in its parts, in its own zone", async () => {
    const parts = {
      day: 25,
      hour: 23,
      iso_week: 30,
      iso_year: 2023,
      minute: 43,
      month: 7,
      month_name: "July",
      second: 16,
      weekday: 2,
      weekday_name: "Tuesday",
      year: 2023,
      year_day: 206,
    };
    expect(await call("time", "rfc3339_parse", "2023-07-25T23:43:16Z")).toEqual({ value: { ...parts, unix: 1690328596 } });
    expect(await call("time", "rfc3339_parse", "2023-07-25T23:43:16-00:00")).toEqual({ value: { ...parts, unix: 1690328596 } });
    const east = await call("time", "rfc3339_parse", "2023-07-25T23:43:16+08:30");
    expect(east).toEqual({ value: { ...parts, unix: 1690328596 - 30_600 } });
    const rfc3339 = "2023-07-25T23:43:16Z";
    expect(await call("time", "unix_timestamp_parse", 1690328596)).toEqual({ value: { ...parts, rfc3339 } });
  });

  test.each([
    ["2021-01-03T00:00:00Z", 2020, 53],
    ["2021-01-04T00:00:00Z", 2021, 1],
    ["2018-12-31T12:00:00Z", 2019, 1],
    ["2024-12-30T12:00:00Z", 2025, 1],
  ])("%s is in week %i-%i", async (text, iso_year, iso_week) => {
    expect(await call("time", "rfc3339_parse", text)).toMatchObject({ value: { iso_year, iso_week } });
  });

  test.each<[string, Partial<Record<string, number>>]>([
    ["1h", { hours: 1, minutes: 60, seconds: 3600, milliseconds: 3_600_000, microseconds: 3.6e9, nanoseconds: 3.6e12 }],
    ["-1.5m", { minutes: -1.5, seconds: -90 }],
    ["1h15m30.918s", { seconds: 4530.918, milliseconds: 4_530_918 }],
    ["2us3ns", { microseconds: 2, nanoseconds: 2003 }],
    ["0", { hours: 0 }],
  ])("duration %s", async (text, value) => {
    expect(await call("time", "duration_parse", text)).toMatchObject({ value });
  });

  test.each([
    ["duration_parse", "1d"],
    ["duration_parse", ""],
    ["duration_parse", "1"],
    ["rfc3339_parse", "2023-07-25"],
    ["rfc3339_parse", "2023-13-25T23:43:16Z"],
  ])("%s(%j) is to blame", async (name, text) => {
    expect(await call("time", name, text)).toMatchObject({
      error: { argument: 0, text: expect.stringContaining(`"${text}" is not`) },
    });
  });
});

test("provider::local::direxists", async () => {
  mkdirSync(join(folder, "here"));
  writeFileSync(join(folder, "file"), "");
  expect(await call("local", "direxists", "here")).toEqual({ value: true });
  expect(await call("local", "direxists", "there")).toEqual({ value: false });
  expect(await call("local", "direxists", "file")).toEqual({
    error: { argument: 0, text: 'Invalid file mode detected: "file" was found, but is not a directory' },
  });
  expect(await call("local", "none", "file")).toMatchObject({ error: { text: 'The provider has no function "none".' } });
});

describe("ephemeral", () => {
  const open = async (name: string, type: string, config: ValueObject) => {
    const provider = made(name);
    return provider.openEphemeral?.(type, shapeObject(provider.getEphemeralSchema?.(type) ?? {}, config));
  };

  test("a password and bytes, drawn anew", async () => {
    expect(made("random").listEphemeral?.()).toEqual(["random_bytes", "random_password"]);
    const drawn = await open("random", "random_password", { length: 20, special: false, min_upper: 2 });
    expect(drawn).toMatchObject({
      diagnostics: [],
      result: {
        result: expect.stringMatching(/^[A-Za-z0-9]{20}$/),
        bcrypt_hash: expect.stringMatching(/^\$2a\$10\$/),
        lower: true,
        special: false,
        min_upper: 2,
        min_special: 0,
      },
    });
    expect(await open("random", "random_bytes", { length: 3 })).toMatchObject({
      result: { hex: expect.stringMatching(/^[0-9a-f]{6}$/) },
    });
    expect(await open("random", "random_password", { length: 0 })).toMatchObject({
      result: null,
      diagnostics: [{ code: "DVT3001" }],
    });
  });

  test("a key pair that nothing keeps", async () => {
    const made = await open("tls", "tls_private_key", { algorithm: "ECDSA", ecdsa_curve: "P256" });
    const pem = made?.result?.private_key_pem ?? "";
    expect(made?.result).toMatchObject({
      algorithm: "ECDSA",
      rsa_bits: 2048,
      public_key_pem: expect.stringContaining("PUBLIC KEY"),
    });
    const seen = await open("tls", "tls_public_key", { private_key_pem: pem });
    expect(seen?.result).toMatchObject({ algorithm: "ECDSA", public_key_pem: made?.result?.public_key_pem });
    expect(seen?.result).not.toHaveProperty("id");
  });
});
