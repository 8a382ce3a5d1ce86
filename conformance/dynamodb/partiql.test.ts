import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { comparable, explained, missing, startBoth } from "./oracle.ts";
import { ITEMS, readStatements, TABLES } from "./statements.ts";

const why = missing();

/** What differs and is no text, statement by statement. */
const OURS: readonly { readonly statement: RegExp; readonly why: string }[] = [
  { statement: /"by-g" WHERE g='g1' ORDER BY sk DESC/, why: "DynamoDB Local takes the page before it turns it round" },
  { statement: /ORDER BY pk DESC/, why: "DynamoDB Local sorts partitions upwards, whatever is asked" },
  { statement: /RETURNING MODIFIED/, why: "DynamoDB Local answers the whole list of which one element was changed" },
  {
    statement: /"Statement":""|"Parameters":\[\]|^\{\}$|"Statements":\[\]|"TransactStatements":\[\]/,
    why: "refused by the model's lengths, as the service does",
  },
  { statement: /EXISTS\(SELECT/, why: "a full stop, and the item that was asked for" },
  { statement: /INSERT INTO "Simple" VALUE \{'id':'tx1'\}/, why: "the reason's code is DuplicateItem, as a batch's error" },
  { statement: /"ConsistentRead":true/, why: "the text that Query has" },
  { statement: /"byk" WHERE a=1/, why: "DynamoDB Local looks past what the index projects" },
  {
    statement: /cast\(|select s from|IN \[1\] = true|attribute_type\(v, id\)/,
    why: "no statement that the service takes either; refused with another text",
  },
  { statement: /"ClientRequestToken":"abc"/, why: "the text that TransactWriteItems has" },
  { statement: /SET q=1 WHERE a=1/, why: "DynamoDB Local gives no reasons" },
  { statement: /b=9/, why: "DynamoDB Local has carried out a batch that it refused" },
];

test.skipIf(why !== undefined)(
  `PartiQL answers as DynamoDB Local does${why === undefined ? "" : ` (skipped: ${why})`}`,
  { timeout: 120_000 },
  async () => {
    const { both, stop } = await startBoth();
    try {
      for (const table of TABLES) await both("CreateTable", table);
      for (const [operation, body] of ITEMS) await both(operation, body);
      const differences: object[] = [];
      const requests = readStatements(readFileSync(join(import.meta.dirname, "statements.txt"), "utf8"));
      expect(requests.length).toBeGreaterThan(300);
      for (const [operation, body] of requests) {
        const asked = JSON.stringify(body).replaceAll('\\"', '"');
        const isOrdered = /ORDER BY/.test(asked);
        const [left, right] = (await both(operation, body)).map((answer) =>
          sorted(comparable(operation, answer, body), isOrdered),
        );
        if (JSON.stringify(left) === JSON.stringify(right) || explained(left, right)) continue;
        if (!OURS.some((row) => row.statement.test(asked))) differences.push({ asked, left, right });
      }
      expect(differences).toEqual([]);
    } finally {
      await stop();
    }
  },
);

function sorted(answer: unknown, isOrdered: boolean): unknown {
  if (isOrdered || typeof answer !== "object" || answer === null || !("body" in answer)) return answer;
  const body = answer.body as { Items?: unknown };
  if (!Array.isArray(body.Items)) return answer;
  return { ...answer, body: { ...body, Items: body.Items.map((item) => JSON.stringify(item)).sort() } };
}
