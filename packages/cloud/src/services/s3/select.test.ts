import { gzipSync } from "node:zlib";
import { CreateBucketCommand, PutObjectCommand, S3Client, SelectObjectContentCommand } from "@aws-sdk/client-s3";
import { seededRandom } from "@dovetail/model";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { parseQuery } from "./select/parser.ts";

const Bucket = "selected";
const PEOPLE = 'name,city,age\nAnn,Bonn,31\nBob,"New York, NY",45\nCy,Bonn,\n"D ""D""",Rome,7\n';
const EVENTS =
  '{"id":1,"user":{"name":"Ann"},"tags":["a","b"],"ok":true}\n{"id":2,"user":{"name":"Bob"},"tags":[],"ok":null}\n{"id":3}\n';
let cloud: Cloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(4), volatile: true });
  s3 = new S3Client({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
  const files = { people: PEOPLE, events: EVENTS, document: '{"items":[{"n":1},{"n":2}]}', broken: '{"id":1}\n{"id":' };
  for (const [Key, Body] of Object.entries(files)) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "packed", Body: gzipSync(PEOPLE) }));
});
afterAll(async () => {
  s3.destroy();
  await cloud.stop();
});

const USE = { CSV: { FileHeaderInfo: "USE" as const } };
const LINES = { JSON: { Type: "LINES" as const } };
const AS_JSON = { JSON: {} };

async function select(Key: string, Expression: string, input: object, output: object = { CSV: {} }) {
  const asked = {
    Bucket,
    Key,
    Expression,
    ExpressionType: "SQL" as const,
    InputSerialization: input,
    OutputSerialization: output,
  };
  const { Payload } = await s3.send(new SelectObjectContentCommand(asked));
  let text = "";
  let stats: object | undefined;
  let isEnded = false;
  for await (const event of Payload ?? []) {
    if (event.Records?.Payload !== undefined) text += Buffer.from(event.Records.Payload).toString();
    if (event.Stats?.Details !== undefined) stats = event.Stats.Details;
    if (event.End !== undefined) isEnded = true;
  }
  return { text, stats, isEnded };
}

describe("CSV", () => {
  it.each([
    ["SELECT * FROM S3Object", PEOPLE.slice(PEOPLE.indexOf("\n") + 1)],
    ["SELECT s.name FROM S3Object s WHERE s.city = 'Bonn'", "Ann\nCy\n"],
    ["select NAME, age from s3object where age <> '' and cast(age as int) > 10 and city like 'New%'", "Bob,45\n"],
    ["SELECT s._1 FROM S3Object s LIMIT 1", "Ann\n"],
    [
      "SELECT COUNT(*), MAX(CAST(age AS INT)), AVG(CAST(NULLIF(age, '') AS INT)) FROM S3Object WHERE age <> ''",
      "3,45,27.666666666666668\n",
    ],
    ["SELECT UPPER(name) || '!' FROM S3Object WHERE name IN ('Ann', 'Cy')", "ANN!\nCY!\n"],
    ["SELECT CASE WHEN age = '' THEN 'none' ELSE age END FROM S3Object", "31\n45\nnone\n7\n"],
    [
      "SELECT SUBSTRING(name FROM 1 FOR 2), CHAR_LENGTH(city), TRIM(LEADING 'R' FROM city) FROM S3Object WHERE city BETWEEN 'R' AND 'S'",
      "D ,4,ome\n",
    ],
    ["SELECT name FROM S3Object WHERE NOT (city = 'Bonn' OR age LIKE '4_')", '"D ""D"""\n'],
    ["SELECT s.age + 1 * 2 FROM S3Object s WHERE s.age = 31", "33\n"],
  ])("%s", async (sql, wanted) => {
    const { text, isEnded } = await select("people", sql, USE);
    expect([text, isEnded]).toEqual([wanted, true]);
  });

  it("is read and written with other delimiters, gzipped, with statistics", async () => {
    const input = { ...USE, CompressionType: "GZIP" };
    const output = { CSV: { FieldDelimiter: "|", RecordDelimiter: "\r\n", QuoteFields: "ALWAYS" } };
    const { text, stats } = await select("packed", "SELECT name, city FROM S3Object WHERE age = '45'", input, output);
    expect(text).toBe('"Bob"|"New York, NY"\r\n');
    expect(stats).toMatchObject({ BytesProcessed: PEOPLE.length, BytesReturned: text.length });
  });

  it("has positions where its header does not count", async () => {
    const input = { CSV: { FileHeaderInfo: "IGNORE" } };
    expect((await select("people", "SELECT _2 FROM S3Object LIMIT 1", input, AS_JSON)).text).toBe('{"_2":"Bonn"}\n');
  });
});

describe("JSON", () => {
  it.each([
    ["SELECT s.user.name FROM S3Object s WHERE s.ok = TRUE", '{"name":"Ann"}\n'],
    ["SELECT s.id, s.tags[1] AS second FROM S3Object s", '{"id":1,"second":"b"}\n{"id":2}\n{"id":3}\n'],
    ["SELECT s.id FROM S3Object s WHERE s.user IS MISSING", '{"id":3}\n'],
    ["SELECT s.id FROM S3Object s WHERE s.ok IS NULL", '{"id":2}\n{"id":3}\n'],
    ["SELECT t FROM S3Object[*].tags[*] t", '{"_1":"a"}\n{"_1":"b"}\n'],
    ["SELECT * FROM S3Object[*].user", '{"name":"Ann"}\n{"name":"Bob"}\n'],
  ])("%s", async (sql, wanted) => {
    expect((await select("events", sql, LINES, AS_JSON)).text).toBe(wanted);
  });

  it("of one document is taken apart by FROM", async () => {
    const sql = "SELECT s.n FROM S3Object[*].items[*] s WHERE s.n > 1";
    expect((await select("document", sql, { JSON: { Type: "DOCUMENT" } }, AS_JSON)).text).toBe('{"n":2}\n');
  });
});

describe("refusals", () => {
  it.each<[string, object, string]>([
    ["SELECT", USE, "ParseUnexpectedToken"],
    ["SELECT name", USE, "ParseSelectMissingFrom"],
    ["SELECT name FROM other", USE, "InvalidDataSource"],
    ["SELECT name FROM S3Object ORDER BY name", USE, "UnsupportedSyntax"],
    ["SELECT UTCNOW(name) FROM S3Object", USE, "UnsupportedFunction"],
    ["SELECT constructor(name) FROM S3Object", USE, "UnsupportedFunction"],
    ["SELECT name FROM S3Object; DROP TABLE x", USE, "LexerInvalidChar"],
    [`SELECT ${"(".repeat(1000)}name FROM S3Object`, USE, "ExpressionTooLong"],
    ["SELECT name FROM S3Object", { Parquet: {} }, "NotImplemented"],
    ["SELECT name FROM S3Object", { ...USE, CompressionType: "BZIP2" }, "NotImplemented"],
    ["SELECT name FROM S3Object", { ...USE, ...LINES }, "ObjectSerializationConflict"],
    ["SELECT name FROM S3Object", {}, "MissingRequiredParameter"],
  ])("%s of %j: %s", async (sql, input, name) => {
    await expect(select("people", sql, input)).rejects.toMatchObject({ name });
  });

  it("of what is wrong in the data end the answer that has begun", async () => {
    await expect(select("broken", "SELECT s.id FROM S3Object s", LINES)).rejects.toThrow(/JSON/);
    await expect(select("people", "SELECT nothing FROM S3Object", USE)).rejects.toThrow(/column name/);
    await expect(select("people", "SELECT * FROM S3Object", { ...USE, CompressionType: "GZIP" })).rejects.toThrow(/compression/);
    await expect(select("people", "SELECT CAST(name AS INT) FROM S3Object", USE)).rejects.toThrow(/CAST/);
    await expect(select("none", "SELECT * FROM S3Object", USE)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("whatever the text, the parser answers a query or an error of S3's", () => {
    const words = fc.constantFrom(
      "SELECT",
      "FROM",
      "S3Object",
      "*",
      "WHERE",
      "(",
      ")",
      "[",
      "]",
      "a.b",
      "'x'",
      "1",
      "=",
      "AND",
      "LIKE",
      "CASE",
      "WHEN",
      "-",
      ",",
      "COUNT(",
      '"q"',
      "\0",
      "é",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 20 }), (parts) => {
        try {
          parseQuery(parts.join(" "));
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
    );
  });
});
