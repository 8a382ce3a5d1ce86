/**
 * KMS, Secrets Manager, Kinesis, Logs, EventBridge, SNS and SES: lives of objects and data sources, ours judged by the real provider.
 * It waits seconds for what AWS does slowly, so the groups live side by side.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GROUPS } from "./cases-types-a.ts";
import { realBinary } from "./judge/parties.ts";
import { openWorld, refuse, type World } from "./life.ts";
import { liveSideBySide } from "./side-by-side.ts";

const binary = realBinary();
const PREPARE_MS_MAX = 600_000;

describe.skipIf(binary === undefined)(
  `beside the real provider 5.100.0${binary === undefined ? " (skipped: DOVETAIL_TF_MIRROR names no mirror with it)" : ""}`,
  () => {
    let world: World;
    let outcomes: ReadonlyMap<string, readonly string[]>;
    beforeAll(async () => {
      if (binary === undefined) return;
      world = await openWorld(binary);
      outcomes = await liveSideBySide(world, GROUPS);
    }, PREPARE_MS_MAX);
    afterAll(async () => world?.close());

    describe.each(GROUPS)("$name", ({ name: group, rows, looks, refusals }) => {
      it.each(rows.map((row) => [row.type, row.name] as const))(
        "%s.%s: is planned, made, read, changed and imported alike",
        (_type, name) => expect(outcomes.get(`${group}: made ${name}`)).toEqual([]),
      );

      it.each(rows.map((row) => [row.type, row.name] as const))("%s.%s: is deleted, and read as gone", (_type, name) =>
        expect(outcomes.get(`${group}: ended ${name}`)).toEqual([]),
      );

      it.each(looks.map((row) => [row.data, row.name] as const))("data %s, %s: is read alike", (data, name) =>
        expect(outcomes.get(`${group}: read ${data} ${name}`)).toEqual([]),
      );

      it.each(refusals.map((row) => [row.refused, row.name, row] as const))(
        "%s, %s: is refused in the same words",
        async (_type, _name, row) => {
          const [real, ours] = await refuse(world, row);
          expect([real.length > 0, ours.length > 0]).toEqual([true, true]);
          const detail = (text: string) => text.slice(text.indexOf(": ") + 2);
          const known = ours.filter((text) => real.some((other) => other.includes(detail(text))));
          expect(known, `real: ${real.join(" / ")}\nours: ${ours.join(" / ")}`).not.toEqual([]);
        },
      );
    });
  },
);
