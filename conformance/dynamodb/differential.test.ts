import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startCloud } from "@dovetail/cloud";
import fc from "fast-check";
import { expect, test } from "vitest";
import { normaliseNumber } from "../../packages/cloud/src/services/dynamodb/numbers.ts";
import { EXPLAINED } from "./differences.ts";

/** Our DynamoDB beside DynamoDB Local: random items, expressions and pages; answers, units and errors compared. Needs Java and Maven once. */
const CASES = 300;
const STEPS_MAX = 25;
const folder = join(import.meta.dirname, "../../.ci-cache/dynamodb-local");

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>local</artifactId><version>1</version>
<dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>2.6.1</version></dependency></dependencies></project>`;

function works(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

/** The reason for which the suite cannot run. */
function missing(): string | undefined {
  if (!works("java", "-version")) return "no java";
  if (!works("unshare", "-rn", "true")) return "no network namespaces";
  const jars = join(folder, "lib");
  if (!existsSync(jars) || readdirSync(jars).length === 0) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pom.xml"), POM);
    const copied = spawnSync("mvn", ["-q", "dependency:copy-dependencies", "-DoutputDirectory=lib"], {
      cwd: folder,
      stdio: "ignore",
      timeout: 90_000,
    });
    if (copied.status !== 0) return "DynamoDB Local is not to be had from Maven";
  }
  return undefined;
}

type Answer = readonly [status: number, text: string];
type Call = (operation: string, body: object) => Promise<Answer>;

function local(): Promise<{ call: Call; process: ChildProcess }> {
  const child = spawn("unshare", ["-rn", process.execPath, join(import.meta.dirname, "local-driver.mjs"), join(folder, "lib")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let next = 0;
  return new Promise((resolve, reject) => {
    child.on("exit", () => reject(new Error("DynamoDB Local ended")));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "ready") {
        const call: Call = (operation, body) =>
          new Promise((answer) => {
            waiting.set(++next, answer);
            child.stdin.write(`${JSON.stringify([next, operation, body])}\n`);
          });
        resolve({ call, process: child });
        return;
      }
      const [id, status, text] = JSON.parse(line) as [number, number, string];
      waiting.get(id)?.([status, text]);
      waiting.delete(id);
    });
  });
}

function ours(endpoint: string): Call {
  return async (operation, body) => {
    const response = await fetch(endpoint, {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "content-type": "application/x-amz-json-1.0",
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
      },
    });
    return [response.status, await response.text()];
  };
}

const name = fc.constantFrom("a", "b", "c", "g", "m");
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom("1.50", "1e2", "-0", "0.001", "12345678901234567890"),
);
const scalar = fc.oneof(
  fc.constantFrom("", "x", "xy", "é", "\u{1f600}", "z").map((S) => ({ S })),
  number.map((N) => ({ N })),
  fc.constantFrom("AA==", "AAE=", "/w==").map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
const set = fc.oneof(
  fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1 }).map((values) => ({ NS: values.map(String) })),
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  set,
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.dictionary(name, scalar, { maxKeys: 2 }).map((M) => ({ M })),
);
const key = fc.record({
  pk: fc.constantFrom({ S: "p" }, { S: "q" }),
  sk: fc.integer({ min: 0, max: 8 }).map((n) => ({ N: String(n) })),
});
const g = fc.option(fc.constantFrom({ S: "g1" }, { S: "g2" }), { nil: undefined });
const item = fc
  .tuple(key, fc.dictionary(fc.constantFrom("a", "b", "c", "m"), value, { maxKeys: 4 }), g)
  .map(([keys, rest, index]) => ({ ...rest, ...keys, ...(index === undefined ? {} : { g: index }) }));

const path = fc.constantFrom("a", "b", "c", "m.a", "m.b", "b[0]", "a[1]", "sk");
const operand = fc.oneof(
  path,
  fc.constantFrom(":v", ":w"),
  path.map((each) => `size(${each})`),
);
const comparison = fc.oneof(
  fc.tuple(operand, fc.constantFrom("=", "<>", "<", "<=", ">", ">="), operand).map((parts) => parts.join(" ")),
  fc.tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), path).map(([fn, each]) => `${fn}(${each})`),
  fc
    .tuple(fc.constantFrom("begins_with", "contains"), path, fc.constantFrom(":v", ":w"))
    .map(([fn, each, of]) => `${fn}(${each}, ${of})`),
  fc.tuple(path, operand, operand).map(([each, low, high]) => `${each} BETWEEN ${low} AND ${high}`),
  fc.tuple(path, operand, operand).map(([each, one, two]) => `${each} IN (${one}, ${two})`),
);
const condition = fc.oneof(
  comparison,
  fc.tuple(comparison, fc.constantFrom("AND", "OR"), comparison).map((parts) => parts.join(" ")),
  fc.tuple(comparison, comparison, comparison).map(([one, two, three]) => `NOT (${one} OR ${two}) AND ${three}`),
);
const action = fc.oneof(
  fc.tuple(path, operand).map(([to, from]) => `SET ${to} = ${from}`),
  fc.tuple(path, path).map(([to, from]) => `SET ${to} = ${from} + :v`),
  fc.tuple(path, path).map(([to, from]) => `SET ${to} = if_not_exists(${from}, :v)`),
  fc.tuple(path, path).map(([to, from]) => `SET ${to} = list_append(${from}, :w)`),
  path.map((each) => `REMOVE ${each}`),
  path.map((each) => `ADD ${each} :v`),
  path.map((each) => `DELETE ${each} :v`),
);

/** Placeholders that the expressions name, and no other. */
function withValues(body: Record<string, unknown>, texts: readonly string[], v: object, w: object): object {
  const used = Object.entries({ ":v": v, ":w": w }).filter(([placeholder]) => texts.some((text) => text.includes(placeholder)));
  return used.length === 0 ? body : { ...body, ExpressionAttributeValues: Object.fromEntries(used) };
}

const TABLE = "differential";
const common = { TableName: TABLE, ReturnConsumedCapacity: "INDEXES" };
const step: fc.Arbitrary<readonly [string, object]> = fc.oneof(
  fc.tuple(item, fc.option(condition, { nil: undefined }), value, value).map(([Item, test_, v, w]) => {
    const body = { ...common, Item, ReturnValues: "ALL_OLD", ...(test_ === undefined ? {} : { ConditionExpression: test_ }) };
    return ["PutItem", withValues(body, [test_ ?? ""], v, w)] as const;
  }),
  fc.tuple(key, action, fc.option(condition, { nil: undefined }), value, value).map(([Key, update, test_, v, w]) => {
    const body = {
      ...common,
      Key,
      UpdateExpression: update,
      ReturnValues: "ALL_NEW",
      ...(test_ === undefined ? {} : { ConditionExpression: test_ }),
    };
    return ["UpdateItem", withValues(body, [update, test_ ?? ""], v, w)] as const;
  }),
  key.map((Key) => ["DeleteItem", { ...common, Key, ReturnValues: "ALL_OLD" }] as const),
  fc.tuple(key, fc.boolean()).map(([Key, ConsistentRead]) => ["GetItem", { ...common, Key, ConsistentRead }] as const),
  fc
    .tuple(
      fc.constantFrom("p", "q"),
      fc.option(condition, { nil: undefined }),
      value,
      value,
      fc.boolean(),
      fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    )
    .map(([pk, filter, v, w, ScanIndexForward, Limit]) => {
      const body = {
        ...common,
        KeyConditionExpression: "pk = :p",
        ScanIndexForward,
        ...(Limit === undefined ? {} : { Limit }),
        ...(filter === undefined ? {} : { FilterExpression: filter }),
      };
      const bound = withValues(body, [filter ?? ""], v, w) as { ExpressionAttributeValues?: object };
      return ["Query", { ...bound, ExpressionAttributeValues: { ...bound.ExpressionAttributeValues, ":p": { S: pk } } }] as const;
    }),
  fc
    .tuple(condition, value, value)
    .map(([filter, v, w]) => ["Scan", withValues({ ...common, FilterExpression: filter }, [filter], v, w)] as const),
);

/** Sets have no order, a scan's items neither. */
function canonical(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(canonical);
  if (typeof node !== "object" || node === null) return node;
  const rows = Object.entries(node).map(([member, content]) => {
    // DynamoDB Local answers an update with its numbers as they were sent; the service answers what it stored.
    if (member === "N" && typeof content === "string") return [member, normaliseNumber(content)] as const;
    const sorted = Array.isArray(content) && ["SS", "NS", "BS"].includes(member) ? [...content].sort() : content;
    return [member, canonical(sorted)] as const;
  });
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function comparable(operation: string, [status, text]: Answer): unknown {
  const body = JSON.parse(text) as Record<string, unknown>;
  if (status !== 200) return { status, type: String(body.__type).split("#")[1], message: body.message ?? body.Message };
  if (operation === "Scan" && Array.isArray(body.Items))
    body.Items = body.Items.map((each) => JSON.stringify(canonical(each))).sort();
  // A page that read nothing: half a unit on the service, none in DynamoDB Local.
  if (body.ScannedCount === 0) delete body.ConsumedCapacity;
  return { status, body: canonical(body) };
}

function explained(left: unknown, right: unknown): boolean {
  const texts = [left, right].map((side) =>
    typeof side === "object" && side !== null && "message" in side ? String(side.message) : "",
  );
  return EXPLAINED.some((row) => row.local.test(texts[0] ?? "") && row.ours.test(texts[1] ?? ""));
}

const CREATE = {
  TableName: TABLE,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "g"].map((AttributeName) => ({
    AttributeName,
    AttributeType: AttributeName === "sk" ? "N" : "S",
  })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: "by-g", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
  ],
};

const why = missing();

test.skipIf(why !== undefined)(
  `items, pages, units and errors are DynamoDB Local's${why === undefined ? "" : ` (skipped: ${why})`}`,
  { timeout: 300_000 },
  async () => {
    const oracle = await local();
    const cloud = await startCloud({ volatile: true });
    const mine = ours(cloud.endpoint);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: STEPS_MAX }), async (steps) => {
          for (const call of [oracle.call, mine]) {
            await call("DeleteTable", { TableName: TABLE });
            await call("CreateTable", CREATE);
          }
          for (const [operation, body] of steps) {
            const [left, right] = (await Promise.all([oracle.call(operation, body), mine(operation, body)])).map((answer) =>
              comparable(operation, answer),
            );
            if (!explained(left, right)) expect({ operation, body, answer: right }).toEqual({ operation, body, answer: left });
          }
        }),
        { numRuns: CASES },
      );
    } finally {
      oracle.process.stdin?.end();
      await cloud.stop();
    }
  },
);
