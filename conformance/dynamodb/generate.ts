/** Requests to compare: items, expressions, pages, batches, transactions and PartiQL, over one table with a key range small enough to collide. */
import fc from "fast-check";

export const TABLE = "differential";

const name = fc.constantFrom("a", "b", "c", "g", "m");
const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom(
    "1.50",
    "1e2",
    "-0",
    "0.001",
    "12345678901234567890",
    "1E-130",
    "9.9e125",
    "99999999999999999999999999999999999999",
  ),
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
  fc.uniqueArray(fc.constantFrom("AA==", "AAE=", "/w=="), { minLength: 1 }).map((BS) => ({ BS })),
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
const oddKey = fc.oneof(
  { weight: 12, arbitrary: key },
  fc.constantFrom(
    { pk: { S: "p" } },
    { pk: { N: "1" }, sk: { N: "1" } },
    { pk: { S: "" }, sk: { N: "1" } },
    { pk: { S: "p" }, sk: { N: "1" }, a: { S: "x" } },
  ),
);
const g = fc.option(
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom({ S: "g1" }, { S: "g2" }) }, fc.constantFrom({ N: "1" }, { S: "" })),
  {
    nil: undefined,
  },
);
/** The second index's range key: mostly a number of its own, so that the order within a page is known. */
const n = fc.option(
  fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 1000 }).map((each) => ({ N: String(each) })) },
    fc.constant({ S: "x" }),
  ),
  {
    nil: undefined,
  },
);
const item = fc
  .tuple(key, fc.dictionary(fc.constantFrom("a", "b", "c", "m"), value, { maxKeys: 4 }), g, n)
  .map(([keys, rest, index, range]) => ({
    ...rest,
    ...keys,
    ...(index === undefined ? {} : { g: index }),
    ...(range === undefined ? {} : { n: range }),
  }));

const path = fc.constantFrom("a", "b", "c", "m.a", "m.b", "b[0]", "a[1]", "sk", "#n", "m.#n", "#n[0]");
const operand = fc.oneof(
  path,
  fc.constantFrom(":v", ":w"),
  path.map((each) => `size(${each})`),
);
const comparison = fc.oneof(
  fc.tuple(operand, fc.constantFrom("=", "<>", "<", "<=", ">", ">="), operand).map((parts) => parts.join(" ")),
  fc.tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), path).map(([fn, each]) => `${fn}(${each})`),
  fc
    .tuple(fc.constantFrom("begins_with", "contains"), operand, fc.constantFrom(":v", ":w", "a"))
    .map(([fn, each, of]) => `${fn}(${each}, ${of})`),
  path.map((each) => `attribute_type(${each}, :t)`),
  fc.tuple(path, operand, operand).map(([each, low, high]) => `${each} BETWEEN ${low} AND ${high}`),
  fc
    .tuple(path, fc.array(operand, { minLength: 1, maxLength: 3 }))
    .map(([each, options]) => `${each} IN (${options.join(", ")})`),
);
const condition = fc.oneof(
  comparison,
  fc.tuple(comparison, fc.constantFrom("AND", "OR"), comparison).map((parts) => parts.join(" ")),
  fc.tuple(comparison, comparison, comparison).map(([one, two, three]) => `NOT (${one} OR ${two}) AND ${three}`),
  fc.tuple(comparison, comparison).map(([one, two]) => `NOT ${one} AND (${two})`),
);
/** Slips that AWS refuses before it looks at any item. */
const slip = fc.constantFrom(
  "",
  "a =",
  "a = :nope",
  "#nope = :v",
  "size(a)",
  "a = :v AND",
  "(a = :v",
  "date = :v",
  "nothing(a)",
  "contains(a)",
  "a == :v",
  "a IN ()",
  "((a = :v))",
  "a. = :v",
);
const anyCondition = fc.oneof({ weight: 20, arbitrary: condition }, slip);

const setValue = fc.oneof(
  operand,
  path.map((each) => `${each} + :v`),
  path.map((each) => `:v - ${each}`),
  path.map((each) => `if_not_exists(${each}, :v)`),
  path.map((each) => `if_not_exists(${each}, :v) + :w`),
  path.map((each) => `list_append(${each}, :w)`),
  path.map((each) => `list_append(:w, if_not_exists(${each}, :w))`),
  fc.tuple(path, path).map(([one, two]) => `if_not_exists(${one}, if_not_exists(${two}, :v))`),
  fc.tuple(path, path).map(([one, two]) => `if_not_exists(${one}, ${two})`),
  fc.tuple(path, path).map(([one, two]) => `list_append(if_not_exists(${one}, :w), if_not_exists(${two}, :v))`),
  fc.tuple(path, path).map(([one, two]) => `(${one} + ${two})`),
  path.map((each) => `if_not_exists(${each}, :v) - if_not_exists(${each}, :w)`),
);
const action = fc.oneof(
  fc
    .array(fc.tuple(path, setValue), { minLength: 1, maxLength: 2 })
    .map((rows) => `SET ${rows.map((row) => row.join(" = ")).join(", ")}`),
  fc.array(path, { minLength: 1, maxLength: 2 }).map((paths) => `REMOVE ${paths.join(", ")}`),
  path.map((each) => `ADD ${each} :v`),
  path.map((each) => `DELETE ${each} :v`),
  fc.tuple(path, setValue, path).map(([to, from, gone]) => `SET ${to} = ${from} REMOVE ${gone}`),
  fc.tuple(path, path).map(([to, gone]) => `ADD ${to} :v REMOVE ${gone}`),
);
const keyCondition = fc.oneof(
  fc.constant(""),
  fc.constantFrom("=", "<", "<=", ">", ">=").map((operator) => ` AND sk ${operator} :k`),
  fc.constant(" AND sk BETWEEN :k AND :l"),
  fc.constant(" AND begins_with(sk, :k)"),
  fc.constant(" AND sk <> :k"),
);
const projection = fc.option(
  fc.uniqueArray(path, { minLength: 1, maxLength: 3 }).map((paths) => paths.join(", ")),
  { nil: undefined },
);
const limit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

type Step = readonly [operation: string, body: object];

interface Filling {
  readonly v: object;
  readonly w: object;
}
const filling: fc.Arbitrary<Filling> = fc.record({ v: value, w: value });

/** Placeholders that the expressions name, and no other. */
function filled(
  body: Record<string, unknown>,
  texts: readonly (string | undefined)[],
  { v, w }: Filling,
  extra: object = {},
): object {
  const all = texts.filter((text) => text !== undefined).join(" ");
  const names = /#n\b/.test(all) ? { ExpressionAttributeNames: { "#n": "c" } } : {};
  const given = Object.entries({ ":v": v, ":w": w, ":t": { S: "S" }, ...extra }).filter(([placeholder]) =>
    all.includes(placeholder),
  );
  const values = given.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(given) };
  return { ...defined(body), ...names, ...values };
}

function defined(body: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(body).filter(([, member]) => member !== undefined));
}

const common = { TableName: TABLE, ReturnConsumedCapacity: "INDEXES" };
const maybe = fc.option(anyCondition, { nil: undefined });

const put: fc.Arbitrary<Step> = fc
  .tuple(item, maybe, filling)
  .map(([Item, test, fill]) => [
    "PutItem",
    filled({ ...common, Item, ReturnValues: "ALL_OLD", ConditionExpression: test }, [test], fill),
  ]);
const update: fc.Arbitrary<Step> = fc
  .tuple(oddKey, action, maybe, filling, fc.constantFrom("ALL_NEW", "ALL_OLD", "NONE"))
  .map(([Key, UpdateExpression, test, fill, ReturnValues]) => [
    "UpdateItem",
    filled({ ...common, Key, UpdateExpression, ReturnValues, ConditionExpression: test }, [UpdateExpression, test], fill),
  ]);
const remove: fc.Arbitrary<Step> = fc
  .tuple(oddKey, maybe, filling)
  .map(([Key, test, fill]) => [
    "DeleteItem",
    filled({ ...common, Key, ReturnValues: "ALL_OLD", ConditionExpression: test }, [test], fill),
  ]);
const get: fc.Arbitrary<Step> = fc
  .tuple(oddKey, fc.boolean(), projection, filling)
  .map(([Key, ConsistentRead, ProjectionExpression, fill]) => [
    "GetItem",
    filled({ ...common, Key, ConsistentRead, ProjectionExpression }, [ProjectionExpression], fill),
  ]);
const query: fc.Arbitrary<Step> = fc
  .tuple(
    fc.record({
      isIndex: fc.boolean(),
      partition: fc.constantFrom("p", "q", "g1"),
      range: keyCondition,
      k: fc.integer({ min: 0, max: 8 }),
      l: fc.integer({ min: 0, max: 8 }),
      ScanIndexForward: fc.boolean(),
      Limit: limit,
      start: fc.option(key, { nil: undefined }),
      Select: fc.constantFrom(undefined, undefined, "COUNT" as const),
    }),
    maybe,
    projection,
    filling,
  )
  .map(
    ([
      { isIndex, partition, range, k, l, ScanIndexForward, Limit, start, Select },
      FilterExpression,
      ProjectionExpression,
      fill,
    ]) => {
      const KeyConditionExpression = `${isIndex ? "g" : "pk"} = :p${range}`;
      const shown = Select === undefined ? ProjectionExpression : undefined;
      const body = {
        ...common,
        IndexName: isIndex ? "by-g" : undefined,
        KeyConditionExpression,
        ScanIndexForward,
        // The order of items of one index key is nobody\'s to know.
        Limit: isIndex ? undefined : Limit,
        Select,
        ExclusiveStartKey: start === undefined || isIndex ? undefined : { ...start, pk: { S: partition } },
        FilterExpression,
        ProjectionExpression: shown,
      };
      const extra = { ":p": { S: partition }, ":k": { N: String(k) }, ":l": { N: String(l) } };
      return ["Query", filled(body, [KeyConditionExpression, FilterExpression, shown], fill, extra)];
    },
  );
const scan: fc.Arbitrary<Step> = fc
  .tuple(maybe, projection, filling)
  .map(([FilterExpression, ProjectionExpression, fill]) => [
    "Scan",
    filled({ ...common, FilterExpression, ProjectionExpression }, [FilterExpression, ProjectionExpression], fill),
  ]);
const batchWrite: fc.Arbitrary<Step> = fc
  .array(
    fc.oneof(
      item.map((Item) => ({ PutRequest: { Item } })),
      oddKey.map((Key) => ({ DeleteRequest: { Key } })),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((requests) => ["BatchWriteItem", { ReturnConsumedCapacity: "INDEXES", RequestItems: { [TABLE]: requests } }]);
const batchGet: fc.Arbitrary<Step> = fc
  .tuple(fc.array(oddKey, { minLength: 1, maxLength: 4 }), projection, fc.constantFrom(true, undefined), filling)
  .map(([Keys, ProjectionExpression, ConsistentRead, fill]) => [
    "BatchGetItem",
    {
      ReturnConsumedCapacity: "TOTAL",
      RequestItems: { [TABLE]: filled({ Keys, ConsistentRead, ProjectionExpression }, [ProjectionExpression], fill) },
    },
  ]);
const transactGet: fc.Arbitrary<Step> = fc
  .array(fc.tuple(oddKey, projection, filling), { minLength: 1, maxLength: 4 })
  .map((rows) => [
    "TransactGetItems",
    {
      ReturnConsumedCapacity: "TOTAL",
      TransactItems: rows.map(([Key, ProjectionExpression, fill]) => ({
        Get: filled({ TableName: TABLE, Key, ProjectionExpression }, [ProjectionExpression], fill),
      })),
    },
  ]);
const transactPart = fc
  .tuple(item, key, action, condition, filling, fc.constantFrom("Put", "Update", "Delete", "ConditionCheck"), fc.boolean())
  .map(([Item, Key, UpdateExpression, test, fill, kind, tells]) => {
    const told = tells ? { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } : {};
    const base = { TableName: TABLE, ...told };
    if (kind === "Put") return { Put: filled({ ...base, Item, ConditionExpression: test }, [test], fill) };
    if (kind === "Update") return { Update: filled({ ...base, Key, UpdateExpression }, [UpdateExpression], fill) };
    return { [kind]: filled({ ...base, Key, ConditionExpression: test }, [test], fill) };
  });
const transact: fc.Arbitrary<Step> = fc
  .array(transactPart, { minLength: 1, maxLength: 3 })
  .map((TransactItems) => ["TransactWriteItems", { TransactItems, ReturnConsumedCapacity: "TOTAL" }]);

/** Parameters from before there were expressions. */
const comparisonOperator = fc.oneof(
  fc
    .tuple(fc.constantFrom("EQ", "NE", "LT", "LE", "GT", "GE", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"), value)
    .map(([ComparisonOperator, each]) => ({ ComparisonOperator, AttributeValueList: [each] })),
  fc.constantFrom("NULL", "NOT_NULL").map((ComparisonOperator) => ({ ComparisonOperator })),
  fc.tuple(scalar, scalar).map((AttributeValueList) => ({ ComparisonOperator: "BETWEEN", AttributeValueList })),
  fc
    .array(scalar, { minLength: 1, maxLength: 3 })
    .map((AttributeValueList) => ({ ComparisonOperator: "IN", AttributeValueList })),
);
const topName = fc.constantFrom("a", "b", "c", "m", "g");
const conditionalOperator = fc.constantFrom(undefined, "AND", "OR");
const expected = fc.option(
  fc.dictionary(
    topName,
    fc.oneof(
      comparisonOperator,
      value.map((Value) => ({ Value })),
      fc.constant({ Exists: false }),
      value.map((Value) => ({ Exists: true, Value })),
    ),
    { minKeys: 1, maxKeys: 2 },
  ),
  { nil: undefined },
);
const filterMap = fc.dictionary(topName, comparisonOperator, { minKeys: 1, maxKeys: 2 });
const names = fc.option(fc.uniqueArray(topName, { minLength: 1, maxLength: 3 }), { nil: undefined });

/** The operator of more than one condition; alone it is a mistake. */
function joinedBy(operator: string | undefined, conditions: object | undefined): object {
  return conditions === undefined || operator === undefined ? {} : { ConditionalOperator: operator };
}
const attributeUpdates = fc.dictionary(
  topName,
  fc.oneof(
    { weight: 3, arbitrary: value.map((Value) => ({ Action: "PUT", Value })) },
    fc
      .oneof(
        number.map((N) => ({ N })),
        set,
        value,
      )
      .map((Value) => ({ Action: "ADD", Value })),
    fc.constant({ Action: "DELETE" }),
    set.map((Value) => ({ Action: "DELETE", Value })),
    value.map((Value) => ({ Value })),
  ),
  { minKeys: 1, maxKeys: 2 },
);
const legacyUpdate: fc.Arbitrary<Step> = fc
  .tuple(key, attributeUpdates, expected, conditionalOperator, fc.constantFrom("ALL_NEW", "ALL_OLD", "NONE"))
  .map(([Key, AttributeUpdates, Expected, operator, ReturnValues]) => [
    "UpdateItem",
    defined({ ...common, Key, AttributeUpdates, Expected, ReturnValues, ...joinedBy(operator, Expected) }),
  ]);
const legacyPut: fc.Arbitrary<Step> = fc
  .tuple(item, expected, conditionalOperator)
  .map(([Item, Expected, operator]) => [
    "PutItem",
    defined({ ...common, Item, Expected, ReturnValues: "ALL_OLD", ...joinedBy(operator, Expected) }),
  ]);
const legacyQuery: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom("p", "q"),
    fc.option(
      fc.oneof(
        fc
          .tuple(fc.constantFrom("EQ", "LT", "LE", "GT", "GE"), fc.integer({ min: 0, max: 8 }))
          .map(([ComparisonOperator, n]) => ({ ComparisonOperator, AttributeValueList: [{ N: String(n) }] })),
        fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })).map(([low, high]) => ({
          ComparisonOperator: "BETWEEN",
          AttributeValueList: [{ N: String(low) }, { N: String(high) }],
        })),
      ),
      { nil: undefined },
    ),
    fc.option(filterMap, { nil: undefined }),
    names,
    conditionalOperator,
    limit,
  )
  .map(([partition, sk, QueryFilter, AttributesToGet, operator, Limit]) => [
    "Query",
    defined({
      ...common,
      KeyConditions: {
        pk: { ComparisonOperator: "EQ", AttributeValueList: [{ S: partition }] },
        ...(sk === undefined ? {} : { sk }),
      },
      QueryFilter,
      AttributesToGet,
      Limit,
      ...joinedBy(operator, QueryFilter),
    }),
  ]);
const legacyScan: fc.Arbitrary<Step> = fc
  .tuple(filterMap, names, conditionalOperator)
  .map(([ScanFilter, AttributesToGet, operator]) => [
    "Scan",
    defined({ ...common, ScanFilter, AttributesToGet, ...joinedBy(operator, ScanFilter) }),
  ]);
const legacy = fc.oneof(
  { weight: 3, arbitrary: legacyUpdate },
  { weight: 2, arbitrary: legacyPut },
  { weight: 2, arbitrary: legacyQuery },
  legacyScan,
);

/** A second index, whose order is the range key's: pages, filters and ranges of it can be compared. */
const indexQuery: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom("g1", "g2"),
    keyCondition.map((text) => text.replaceAll("sk", "n")),
    fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })),
    fc.boolean(),
    maybe,
    fc.constantFrom(undefined, "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
    projection,
    filling,
  )
  .map(([g1, range, [k, l], ScanIndexForward, FilterExpression, Select, given, fill]) => {
    const KeyConditionExpression = `g = :p${range}`;
    const ProjectionExpression = Select === undefined ? given : undefined;
    const body = {
      ...common,
      IndexName: "by-g-n",
      KeyConditionExpression,
      ScanIndexForward,
      FilterExpression,
      Select,
      ProjectionExpression,
    };
    const extra = { ":p": { S: g1 }, ":k": { N: String(k) }, ":l": { N: String(l) } };
    return ["Query", filled(body, [KeyConditionExpression, FilterExpression, ProjectionExpression], fill, extra)];
  });
/** Which segment an item falls into is nobody's to know; how segments are asked for is. */
const segments: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom(undefined, 0, 1, 2, -1), fc.constantFrom(undefined, 1, 2, 0, 1_000_001), limit)
  .filter(([Segment, TotalSegments]) => (Segment !== 0 && Segment !== 1 ? true : TotalSegments !== 2))
  .map(([Segment, TotalSegments]) => ["Scan", defined({ ...common, Segment, TotalSegments, Select: "COUNT" })]);

/** PartiQL's texts of the values that have one. */
const literal = fc.oneof(
  fc.constantFrom("'x'", "'xy'", "''", "'g1'", "'p'", "0", "1", "-3", "1.50", "true", "false", "null", "?"),
  fc.constantFrom("<<'x','y'>>", "<<1,2>>", "['x', 1]", "{'a': 1}", "[]"),
);
const statementPath = fc.constantFrom("a", "b", "c", '"m"."a"', "m.b", "b[0]", "a[1]", "sk", "g");
const statementOperand = fc.oneof(
  statementPath,
  literal,
  statementPath.map((each) => `size(${each})`),
);
const statementTest = fc.oneof(
  fc
    .tuple(statementOperand, fc.constantFrom("=", "<>", "!=", "<", "<=", ">", ">="), statementOperand)
    .map((parts) => parts.join(" ")),
  fc
    .tuple(statementPath, fc.constantFrom("IS MISSING", "IS NOT MISSING", "IS NULL", "IS NOT NULL", "IS STRING"))
    .map((parts) => parts.join(" ")),
  fc.tuple(fc.constantFrom("begins_with", "contains"), statementPath, literal).map(([fn, each, of]) => `${fn}(${each}, ${of})`),
  fc.tuple(statementPath, literal, literal).map(([each, low, high]) => `${each} BETWEEN ${low} AND ${high}`),
  fc.tuple(statementPath, literal, literal).map(([each, one, two]) => `${each} IN [${one}, ${two}]`),
);
const statementWhere = fc.oneof(
  statementTest,
  fc.tuple(statementTest, fc.constantFrom("AND", "OR"), statementTest).map((parts) => parts.join(" ")),
  statementTest.map((test) => `NOT ${test}`),
);
const partition = fc.constantFrom("pk = 'p'", "pk = 'q'", "pk IN ['p', 'q']");
const oneItem = fc
  .tuple(fc.constantFrom("p", "q"), fc.integer({ min: 0, max: 8 }))
  .map(([pk, sk]) => `pk = '${pk}' AND sk = ${sk}`);
const statement = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("*", "pk, sk", "a, m.a", "b[0], c"),
      partition,
      fc.option(statementWhere, { nil: undefined }),
      fc.constantFrom("", "", " ORDER BY sk DESC"),
    )
    .map(
      ([columns, part, where, order]) =>
        `SELECT ${columns} FROM "${TABLE}" WHERE ${part}${where === undefined ? "" : ` AND (${where})`}${order}`,
    ),
  fc
    .tuple(literal, oneItem, fc.integer({ min: 0, max: 8 }))
    .map(([a, , sk]) => `INSERT INTO "${TABLE}" VALUE {'pk': 'p', 'sk': ${sk}, 'a': ${a}}`),
  fc
    .tuple(
      fc.constantFrom("a", "b", "m.a", "b[0]"),
      fc.oneof(literal, fc.constantFrom("b", "a + 1", "if_not_exists(c, 1)", "list_append(b, [1])", "set_add(a, <<'x'>>)")),
      oneItem,
      fc.option(statementWhere, { nil: undefined }),
    )
    .map(
      ([to, from, where, more]) =>
        `UPDATE "${TABLE}" SET ${to} = ${from} WHERE ${where}${more === undefined ? "" : ` AND (${more})`} RETURNING ALL NEW *`,
    ),
  fc
    .tuple(fc.constantFrom("a", "b", "m.a", "b[0]"), oneItem)
    .map(([gone, where]) => `UPDATE "${TABLE}" REMOVE ${gone} WHERE ${where} RETURNING ALL OLD *`),
  fc
    .tuple(oneItem, fc.option(statementWhere, { nil: undefined }))
    .map(
      ([where, more]) => `DELETE FROM "${TABLE}" WHERE ${where}${more === undefined ? "" : ` AND (${more})`} RETURNING ALL OLD *`,
    ),
);
function withParameters(Statement: string, v: object): object {
  const count = Statement.split("?").length - 1;
  return { Statement, ...(count === 0 ? {} : { Parameters: new Array(count).fill(v) }) };
}
const execute: fc.Arbitrary<Step> = fc.tuple(statement, scalar).map(([text, v]) => ["ExecuteStatement", withParameters(text, v)]);
const executeBatch: fc.Arbitrary<Step> = fc
  .array(fc.tuple(statement, scalar), { minLength: 1, maxLength: 3 })
  .map((rows) => ["BatchExecuteStatement", { Statements: rows.map(([text, v]) => withParameters(text, v)) }]);

/** One request. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: put },
  { weight: 6, arbitrary: update },
  { weight: 2, arbitrary: remove },
  { weight: 2, arbitrary: get },
  { weight: 4, arbitrary: query },
  { weight: 2, arbitrary: scan },
  { weight: 1, arbitrary: batchWrite },
  { weight: 1, arbitrary: batchGet },
  { weight: 2, arbitrary: transact },
  { weight: 4, arbitrary: execute },
  { weight: 1, arbitrary: executeBatch },
  { weight: 1, arbitrary: transactGet },
  { weight: 4, arbitrary: legacy },
  { weight: 2, arbitrary: indexQuery },
  { weight: 1, arbitrary: segments },
);

export const CREATE = {
  TableName: TABLE,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "g", "n"].map((AttributeName) => ({
    AttributeName,
    AttributeType: AttributeName === "sk" || AttributeName === "n" ? "N" : "S",
  })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: "by-g", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
    {
      IndexName: "by-g-n",
      KeySchema: [
        { AttributeName: "g", KeyType: "HASH" },
        { AttributeName: "n", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a", "b"] },
    },
  ],
};
