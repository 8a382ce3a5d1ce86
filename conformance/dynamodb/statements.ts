/** The tables that PartiQL is asked about, and the requests in `statements.txt`: asked of DynamoDB Local and of ours, in this order. */
export type Request = readonly [operation: string, body: object];

function keySchema(...names: readonly string[]) {
  return names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? "HASH" : "RANGE" }));
}

export const TABLES: readonly object[] = [
  {
    TableName: "Tab",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "g"].map((AttributeName) => ({
      AttributeName,
      AttributeType: AttributeName === "sk" ? "N" : "S",
    })),
    KeySchema: keySchema("pk", "sk"),
    GlobalSecondaryIndexes: [
      { IndexName: "by-g", KeySchema: keySchema("g", "sk"), Projection: { ProjectionType: "ALL" } },
      { IndexName: "byk", KeySchema: keySchema("g"), Projection: { ProjectionType: "KEYS_ONLY" } },
    ],
  },
  {
    TableName: "Simple",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: keySchema("id"),
  },
];

export const ITEMS: readonly Request[] = [
  ...[0, 1, 2, 3].map(
    (i): Request => [
      "PutItem",
      {
        TableName: "Tab",
        Item: {
          pk: { S: "p" },
          sk: { N: String(i) },
          g: { S: "g1" },
          a: { N: String(i * 10) },
          m: { M: { x: { S: "deep" }, l: { L: [{ N: "1" }, { N: "2" }] } } },
          ss: { SS: ["a", "b"] },
          s: { S: `hello${i}` },
        },
      },
    ],
  ),
  ["PutItem", { TableName: "Simple", Item: { id: { S: "one" }, v: { N: "1" } } }],
];

/**
 * `statements.txt`, a request a line: a statement, with ` ;; ` its parameters; the body of an ExecuteStatement; or `@Operation` and a body.
 */
export function readStatements(text: string): Request[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      if (line.startsWith("{")) return ["ExecuteStatement", JSON.parse(line)];
      const [operation = "", ...rest] = line.split(" ");
      if (operation.startsWith("@")) return [operation.slice(1), JSON.parse(rest.join(" "))];
      const [Statement, parameters] = line.split(" ;; ");
      return ["ExecuteStatement", { Statement, ...(parameters === undefined ? {} : { Parameters: JSON.parse(parameters) }) }];
    });
}
