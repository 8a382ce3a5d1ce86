/** Import ids, older states and wrong configurations of random, time, null and terraform_data. */
import { manualClock, seededRandom, type ValueObject } from "@dovetail/model";
import { describe, expect, it } from "vitest";
import { createUtilityProvider } from "./index.ts";
import { created, problemsOf } from "./test-provider.ts";

const clock = manualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
const providerOf = (type: string) => {
  const name = type === "terraform_data" ? "terraform" : (type.split("_")[0] ?? "");
  return createUtilityProvider(name, { clock, random: seededRandom(1) });
};
const UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

describe("import", () => {
  it.each<[string, string, ValueObject, ValueObject]>([
    ["random_id", "p-,AQID", { byte_length: 3, prefix: "p-" }, { hex: "p-010203", dec: "p-66051" }],
    ["random_bytes", "AQID", { length: 3 }, { hex: "010203" }],
    ["random_integer", "5,-1,9,seed", { min: -1, max: 9, seed: "seed" }, { result: 5 }],
    ["random_string", "abc", { length: 3 }, { result: "abc", numeric: true, number: true }],
    ["random_password", "geheim", { length: 6 }, { result: "geheim", id: "none" }],
    ["random_uuid", UUID.toUpperCase(), {}, { result: UUID }],
    ["random_uuid4", UUID, {}, { result: UUID }],
    ["time_static", "2026-01-01T00:00:00Z", { rfc3339: "2026-01-01T00:00:00Z" }, { unix: 1767225600 }],
    [
      "time_offset",
      "2026-01-31T00:00:00Z,,,1,,,",
      { base_rfc3339: "2026-01-31T00:00:00Z", offset_days: 1 },
      { rfc3339: "2026-02-01T00:00:00Z" },
    ],
    [
      "time_rotating",
      "2026-01-01T00:00:00Z,,,30,,",
      { rfc3339: "2026-01-01T00:00:00Z", rotation_days: 30 },
      { rotation_rfc3339: "2026-01-31T00:00:00Z" },
    ],
    [
      "time_rotating",
      "2026-01-01T00:00:00Z,2027-01-01T00:00:00Z",
      { rfc3339: "2026-01-01T00:00:00Z", rotation_rfc3339: "2027-01-01T00:00:00Z" },
      { rotation_rfc3339: "2027-01-01T00:00:00Z", year: 2026 },
    ],
    ["time_sleep", "30s,", { create_duration: "30s" }, { id: "2026-01-02T03:04:05Z", destroy_duration: null }],
    ["null_resource", "7", {}, { id: "7" }],
  ])("%s by %s: the state, and no change for the configuration that it is of", async (type, id, config, wanted) => {
    const { imported, diagnostics } = await providerOf(type).importState(type, id);
    expect(diagnostics).toEqual([]);
    const prior = imported[0]?.state ?? {};
    expect(prior).toMatchObject(wanted);
    const plan = await providerOf(type).planChange({ type, prior, proposed: config, config });
    expect([plan.diagnostics, plan.requiresReplace, plan.planned]).toEqual([[], [], prior]);
  });

  it("an imported password has a hash of itself", async () => {
    const { imported } = await providerOf("random_password").importState("random_password", "geheim");
    const { default: bcrypt } = await import("bcryptjs");
    expect(await bcrypt.compare("geheim", String(imported[0]?.state.bcrypt_hash))).toBe(true);
  });

  it.each([
    ["random_id", "a b", "is no base64url"],
    ["random_bytes", "!", "no base64"],
    ["random_integer", "1,2", "expecting {result},{min},{max} or {result},{min},{max},{seed}"],
    ["random_integer", "x,1,2", "expecting {result}"],
    ["random_uuid", "123", "no UUID"],
    ["random_pet", "x", "cannot be imported"],
    ["random_shuffle", "x", "cannot be imported"],
    ["time_static", "yesterday", "could not be parsed as RFC3339"],
    ["time_offset", "2026-01-01T00:00:00Z,1", "expected BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS"],
    ["time_offset", "2026-01-01T00:00:00Z,,,,,,", "at least one value is non-empty"],
    ["time_offset", "2026-01-01T00:00:00Z,x,,,,,", "offset_years parameter that was supplied could not be parsed as Int64"],
    ["time_rotating", "2026-01-01T00:00:00Z", "expected BASETIMESTAMP,YEARS"],
    ["time_rotating", "2026-01-01T00:00:00Z,soon", "could not be parsed as RFC3339"],
    ["time_sleep", ",", 'Unexpected format of ID (","), expected CREATEDURATION,DESTROYDURATION'],
    ["time_sleep", "soon,", "cannot be parsed"],
  ])("%s: %j is refused", async (type, id, detail) => {
    const { imported, diagnostics } = await providerOf(type).importState(type, id);
    expect(imported).toEqual([]);
    expect(diagnostics).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
  });
});

describe("states of older versions", () => {
  it.each([0, 1, 2])(
    "random_password of version %i: numeric follows number, the groups are filled, a hash is there",
    async (version) => {
      const old: ValueObject = {
        id: "none",
        length: 4,
        result: "abcd",
        number: false,
        ...(version > 0 ? { bcrypt_hash: "$2a$10$x" } : {}),
      };
      const { state, diagnostics } = await providerOf("random_password").upgradeState("random_password", version, old);
      expect(diagnostics).toEqual([]);
      expect(state).toMatchObject({ numeric: false, number: false, upper: true, min_special: 0, result: "abcd" });
      expect(String(state.bcrypt_hash)).toMatch(version > 0 ? /^\$2a\$10\$x$/ : /^\$2a\$10\$.{53}$/);
    },
  );

  it("random_string of version 1: numeric follows number", async () => {
    const { state } = await providerOf("random_string").upgradeState("random_string", 1, {
      id: "a",
      result: "a",
      length: 1,
      number: true,
    });
    expect(state).toMatchObject({ numeric: true, number: true, special: true, min_lower: 0 });
  });
});

describe("configuration of a provider", () => {
  it("what cannot be carried out is refused by name", async () => {
    const tls = createUtilityProvider("tls", { clock, random: seededRandom(1) });
    expect(await tls.configure({ proxy: null })).toEqual([]);
    const found = await tls.configure({ proxy: [{ url: "http://127.0.0.1:1" }] });
    expect(found).toEqual([expect.objectContaining({ code: "DVT3006", attribute: "proxy" })]);
  });
});

describe("time", () => {
  it.each<[string, ValueObject, ValueObject, ValueObject]>([
    ["time_offset", { offset_days: 1 }, { offset_days: 2 }, { rfc3339: "2026-01-04T03:04:05Z", day: 4 }],
    ["time_rotating", { rotation_days: 1 }, { rotation_days: 2 }, { rotation_rfc3339: "2026-01-04T03:04:05Z" }],
  ])("%s: what a changed amount leads to is known in the plan, and kept by the apply", async (type, first, second, wanted) => {
    const provider = providerOf(type);
    const prior = await created(provider, type, first);
    const plan = await provider.planChange({ type, prior, proposed: second, config: second });
    expect([plan.requiresReplace, plan.planned]).toEqual([[], expect.objectContaining(wanted)]);
    const made = await provider.applyChange({ type, prior, planned: plan.planned, config: second });
    expect(made.state).toEqual(plan.planned);
  });

  it.each<[string, ValueObject, string]>([
    ["time_sleep", {}, "At least one of these attributes must be configured: [create_duration,destroy_duration]"],
    ["time_sleep", { create_duration: "1d" }, "must be a number immediately followed by ms"],
    ["time_offset", {}, "At least one of these attributes must be configured: [offset_years,"],
    ["time_offset", { offset_days: 1, base_rfc3339: "2026-01-01" }, "no RFC 3339 timestamp"],
    ["time_rotating", {}, "At least one of these attributes must be configured: [rotation_years,"],
    ["time_rotating", { rotation_days: 0 }, "at least 1, got: 0"],
    ["time_static", { rfc3339: "now" }, "no RFC 3339 timestamp"],
  ])("%s refuses %j", async (type, config, detail) => {
    const found = await problemsOf(providerOf(type), "resource", type, config);
    expect(found).toEqual([expect.objectContaining({ detail: expect.stringContaining(detail) })]);
  });
});
