/** IAM, S3, DynamoDB, Lambda, API Gateway v2 and Cognito: lives of objects and data sources, ours judged by the real provider. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GROUPS } from "./cases-types-b.ts";
import { realBinary } from "./judge/parties.ts";
import { end, live, look, openWorld, refuse, type World } from "./life.ts";

const binary = realBinary();

describe.skipIf(binary === undefined)(
  `beside the real provider 5.100.0${binary === undefined ? " (skipped: DOVETAIL_TF_MIRROR names no mirror with it)" : ""}`,
  () => {
    let world: World;
    beforeAll(async () => {
      if (binary !== undefined) world = await openWorld(binary);
    }, 120_000);
    afterAll(async () => world?.close());

    describe.each(GROUPS)("$name", ({ rows, looks, refusals }) => {
      it.each(rows)("$type $name: is planned, made, read, changed and imported alike", async (row) => {
        expect(await live(world, row)).toEqual([]);
      });

      it.each(looks)("data $data $name: is read alike", async (row) => {
        expect(await look(world, row)).toEqual([]);
      });

      it.each(refusals)("$refused $name: is refused in the same words", async (row) => {
        const [real, ours] = await refuse(world, row);
        expect([real.length > 0, ours.length > 0]).toEqual([true, true]);
        const detail = (text: string) => text.slice(text.indexOf(": ") + 2);
        const known = ours.filter((text) => real.some((other) => other.includes(detail(text))));
        expect(known, `real: ${real.join(" / ")}\nours: ${ours.join(" / ")}`).not.toEqual([]);
      });

      it.each([...rows].reverse())("$type $name: is deleted, and read as gone", async (row) => {
        expect(await end(world, row)).toEqual([]);
      });
    });
  },
);
