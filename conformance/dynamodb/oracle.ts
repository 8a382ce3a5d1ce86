/** DynamoDB Local beside our DynamoDB: started in a network namespace of its own, asked over pipes. Needs Java and Maven once. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startCloud } from "@dovetail/cloud";
import { normaliseNumber } from "../../packages/cloud/src/services/dynamodb/numbers.ts";
import { EXPLAINED } from "./differences.ts";

const folder = join(import.meta.dirname, "../../.ci-cache/dynamodb-local");

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>local</artifactId><version>1</version>
<dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>2.6.1</version></dependency></dependencies></project>`;

function works(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

/** The reason for which the suites cannot run. */
export function missing(): string | undefined {
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

export type Answer = readonly [status: number, text: string];
export type Call = (operation: string, body: object) => Promise<Answer>;

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

/** Sets have no order, a scan's items neither. */
export function canonical(node: unknown): unknown {
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

/**
 * Where DynamoDB Local counts units otherwise than the Developer Guide: nothing for items that a BatchGetItem did not find, two for
 * a batch's delete of what is not there, four for a transaction's write of up to 1 KB.
 */
function leavesUnits(operation: string, request: object, body: Record<string, unknown>): boolean {
  if (operation === "TransactWriteItems") return true;
  if (operation === "BatchWriteItem") return JSON.stringify(request).includes("DeleteRequest");
  if (operation !== "BatchGetItem") return false;
  const found = Object.values(body.Responses ?? {}).flat().length;
  return found < JSON.stringify(request).split('"sk"').length - 1;
}

interface Units {
  CapacityUnits: number;
  GlobalSecondaryIndexes?: { [index: string]: { CapacityUnits: number } };
}

/** DynamoDB Local charges an index of two keys also where the old item has the one and the new item the other, and neither is in it. */
function withoutPairIndex(used: Units): void {
  const { "by-g-n": pair, ...others } = used.GlobalSecondaryIndexes ?? {};
  if (pair === undefined) return;
  used.CapacityUnits -= pair.CapacityUnits;
  if (Object.keys(others).length === 0) delete used.GlobalSecondaryIndexes;
  else used.GlobalSecondaryIndexes = others;
}

/** An answer without what differs from run to run. */
export function comparable(operation: string, [status, text]: Answer, request: object = {}): unknown {
  const body = JSON.parse(text) as Record<string, unknown>;
  if (status !== 200) return { status, type: String(body.__type).split("#")[1], message: body.message ?? body.Message };
  // How partitions follow each other is nobody's promise.
  const isUnordered = operation === "Scan" || "IndexName" in request || / IN \['p', 'q'\]/.test(JSON.stringify(request));
  if (isUnordered && Array.isArray(body.Items)) body.Items = body.Items.map((each) => JSON.stringify(canonical(each))).sort();
  if (leavesUnits(operation, request, body)) delete body.ConsumedCapacity;
  if (/^(Put|Update|Delete|BatchWrite)Item$/.test(operation) && body.ConsumedCapacity !== undefined)
    for (const used of [body.ConsumedCapacity].flat() as Units[]) withoutPairIndex(used);
  const { Responses } = body;
  if (operation === "BatchGetItem" && typeof Responses === "object" && Responses !== null)
    body.Responses = Object.fromEntries(
      Object.entries(Responses).map(([table, items]: [string, unknown[]]) => [
        table,
        items.map((item) => JSON.stringify(canonical(item))).sort(),
      ]),
    );
  // A page that ends with the last item of its range: DynamoDB Local looks ahead, the service may answer a key with nothing behind it.
  if (operation === "Query" && "Limit" in request && body.ScannedCount === request.Limit) delete body.LastEvaluatedKey;
  if (typeof body.NextToken === "string") body.NextToken = "…";
  // DynamoDB Local answers neither for PartiQL.
  if (operation.includes("Execute")) {
    delete body.LastEvaluatedKey;
    delete body.ConsumedCapacity;
  }
  // A page that read nothing: half a unit on the service, none in DynamoDB Local.
  if (body.ScannedCount === 0) delete body.ConsumedCapacity;
  return { status, body: canonical(body) };
}

function texts(sides: readonly unknown[]): string[] {
  return sides.map((side) => (typeof side === "object" && side !== null && "message" in side ? String(side.message) : ""));
}

function inTable([local = "", ours = ""]: readonly string[]): boolean {
  return EXPLAINED.some((row) => row.local.test(local) && row.ours.test(ours));
}

/** What a batch of statements says of each: its error's text, and the whole. */
function statements(side: unknown): { text: string; whole: string }[] | undefined {
  const body = typeof side === "object" && side !== null && "body" in side ? (side.body as { Responses?: unknown }) : {};
  if (!Array.isArray(body.Responses)) return undefined;
  return body.Responses.map((each: { Error?: { Message?: string } }) => ({
    text: each.Error?.Message ?? "",
    whole: JSON.stringify(each),
  }));
}

/** Is the difference in the table? */
export function explained(left: unknown, right: unknown): boolean {
  const [ours, local] = [statements(right), statements(left)];
  if (ours === undefined || local === undefined || ours.length !== local.length) return inTable(texts([left, right]));
  return local.every((each, i) => each.whole === ours[i]?.whole || inTable([each.text, ours[i]?.text ?? ""]));
}

/** Both, started; `both` asks them the same and answers what they said, the oracle first. */
export async function startBoth() {
  const oracle = await local();
  const cloud = await startCloud({ volatile: true });
  const mine = ours(cloud.endpoint);
  return {
    both: (operation: string, body: object) => Promise.all([oracle.call(operation, body), mine(operation, body)]),
    stop: async () => {
      oracle.process.stdin?.end();
      await cloud.stop();
    },
  };
}

/** Did one of the two do what the other refused? Then what follows says nothing. */
export function parted(left: unknown, right: unknown): boolean {
  const done = [left, right].map((side) => typeof side === "object" && side !== null && "status" in side && side.status === 200);
  // DynamoDB Local refuses a batch of statements for its duplicates after it has carried out some.
  return done[0] !== done[1] || texts([left])[0] === "Provided list of item keys contains duplicates";
}
