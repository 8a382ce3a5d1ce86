/** Where DynamoDB Local's texts differ from ours. Ours are the service's as we remember its answers; they were not recorded from it. */
export const EXPLAINED: readonly { readonly local: RegExp; readonly ours: RegExp; readonly why: string }[] = [
  { local: /required keys was not given a value/, ours: /Missing the key \w+ in the item/, why: "the service names the key" },
  { local: /Type mismatch for key/, ours: /Type mismatch for key \w+ expected/, why: "the service names key and types" },
  {
    local: /number of conditions on the keys is invalid|Type mismatch for key/,
    ours: /provided key element does not match the schema/,
    why: "the service's text for Key",
  },
  {
    local: /Type mismatch for Index Key/,
    ours: /Type mismatch for Index Key \w+ Expected/,
    why: "the service names index and types",
  },
  { local: /only supports precision up to 38 digits/, ours: /more than 38 significant digits/, why: "the service's text" },
  { local: /cannot be converted into a number/, ours: /cannot be converted to a numeric value/, why: "the service's text" },
  { local: /contains duplicates/, ours: /contains duplicates/, why: "a full stop" },
  {
    local: /conditional request failed|does not exist in the item|incorrect data type|invalid for update/,
    ours: /This attribute is part of the key/,
    why: "the request is checked before the item is",
  },
  {
    local: /lower bound operand.*\{N:|upper bound operand.*\{N:/,
    ours: /lower bound operand/,
    why: "DynamoDB Local quotes numbers as sent, the service as normalised",
  },
  {
    local: /^(One or more parameter values|The number of conditions on the keys|Provided list of item keys contains duplicates)/,
    ours: /^Invalid \w+Expression: |^(Value provided in|ExpressionAttribute\w+ )|^The provided key element|^One or more parameter values/,
    why: "two mistakes in one request: DynamoDB Local looks at the keys before the expressions, and names the other one",
  },
  {
    local: /^Invalid \w+Expression: Incorrect operand type/,
    ours: /^Invalid \w+Expression: (Incorrect operand type|The first operand must be distinct)/,
    why: "several operands are wrong, another one is named",
  },
  {
    local: /^Invalid \w+Expression: Two document paths overlap/,
    ours: /^Invalid \w+Expression: (Two document paths overlap|Incorrect operand type)/,
    why: "several paths overlap, another pair is named",
  },
  {
    local: /^(The document path|The provided expression refers|An operand in the update expression|Item size)/,
    ours: /^Transaction cancelled, please refer .*(ValidationError|ConditionalCheckFailed)/,
    why: "what an update finds wrong in the item is its reason in the cancelled transaction (API Reference, TransactWriteItems)",
  },
  {
    local: /^Query condition missed key schema element$/,
    ours: /^Query condition missed key schema element: \w+$/,
    why: "the service names the attribute",
  },
  {
    local: /unknown error, exception or failure/,
    ours: /^/,
    why: "DynamoDB Local fails: on two sizes compared in PartiQL, on a key in a list of sets",
  },
  { local: /Cannot do operations on a non-existent table/, ours: /^Requested resource not found$/, why: "the service's text" },
  {
    local: /^Duplicate primary key exists in table$/,
    ours: /^Duplicate primary key exists in table$/,
    why: "the service's type is DuplicateItemException (API Reference, ExecuteStatement), DynamoDB Local's lacks the last word",
  },
  {
    local: /does not match the range key predicate/,
    ours: /^$|^Filter Expression can only contain non-primary key attributes/,
    why: "DynamoDB Local refuses the key at the far end of the range, which its own last page answers",
  },
  {
    local: /^Transaction cancelled|^The document path|^The provided expression|^An operand in the update expression/,
    ours: /^Transaction request cannot include multiple operations on one item$/,
    why: "the service looks for two operations on one item before it looks at items",
  },
  {
    local: /^Incorrect operand type|^The first operand must be distinct|^The BETWEEN operator|^Key attribute's|^One or more/,
    ours: /^The (first|second) argument to SET_/,
    why: "two mistakes in one PartiQL statement, the other one is named",
  },
  {
    local: /Condition parameter type does not match schema type/,
    ours: /^$|^Key attribute's data type should match/,
    why: "DynamoDB Local compares key attributes in a PartiQL filter with NULL or by contains as if they were key conditions",
  },
  {
    local: /^Invalid UpdateExpression: The function is not allowed/,
    ours: /^Invalid UpdateExpression: Two document paths/,
    why: "two mistakes in one expression, the other one is named",
  },
  {
    local: /^Transaction cancelled, .*ValidationError|^One or more parameter values/,
    ours: /^Transaction cancelled, .*ValidationError/,
    why: "DynamoDB Local stops at some of the items that their table's schema refuses; the service gives every part its reason",
  },
  {
    local: /^Invalid UpdateExpression: The function is not allowed/,
    ours: /^Invalid UpdateExpression: Incorrect operand type/,
    why: "two mistakes in one expression, the other one is named",
  },
  {
    local: /^(The document path|The provided expression refers|An operand in the update)/,
    ours: /^(The document path|The provided expression refers|An operand in the update)/,
    why: "an update's paths and operands are wrong for the item in two ways, the other one is named",
  },
  {
    local: /^Multiple conditions on same key/,
    ours: /^The conditional request failed$/,
    why: "a key compared with NULL: DynamoDB Local takes it for a second key condition",
  },
  {
    local: /^Only single item select is supported$/,
    ours: /^(Key attribute's|Incorrect operand|The |Incorrect number|One or more|Empty bags|Unsupported)/,
    why: "two mistakes in one PartiQL statement, the other one is named",
  },
  {
    local: /^$/,
    ours: /^One or more parameter values were invalid: Condition parameter type does not match schema type$/,
    why: "DynamoDB Local lets a key attribute be compared with a list inside NOT",
  },
  {
    local: /'segment' failed to satisfy|total segments? (is specified|must also)/,
    ours: /^The (Total)?Segments? parameter is|'(totalSegments|segment)' failed to satisfy/,
    why: "the service's texts for Segment and TotalSegments; the model's ranges come first",
  },
  {
    local: /^Invalid (operator used in )?KeyConditionExpression/,
    ours: /^One or more parameter values were invalid: (Select type|Global secondary index|Secondary index)/,
    why: "two mistakes in one request, the other one is named",
  },
  {
    local: /^$|^Invalid attribute value type$/,
    ours: /^One or more parameter values were invalid: Type mismatch for Index Key/,
    why: "DynamoDB Local lets AttributeUpdates write what the index's key type forbids, or refuses it without a word of the index",
  },
  {
    local: /^Invalid \w+Expression: |^The document path/,
    ours: /^One or more parameter values (are not valid|were invalid: Missing the key)/,
    why: "two mistakes in two parts of a transaction: DynamoDB Local looks at all expressions first, and carries updates out",
  },
  {
    local: /^Invalid UpdateExpression: The first operand must be distinct/,
    ours: /^Invalid UpdateExpression: (Incorrect operand type|The first operand must be distinct|Two document paths)/,
    why: "several operands are wrong, another one is named",
  },
  {
    local: /^The BETWEEN condition was provided a range/,
    ours: /^One or more parameter values were invalid: (ComparisonOperator|AttributeValues inside)/,
    why: "two rows of a filter are wrong, another one is named",
  },
  {
    local: /^(One or more parameter values|The BETWEEN condition)/,
    ours: /^ConditionalOperator can only be used when Filter or Expected has two or more elements$/,
    why: "two mistakes in one request, the other one is named",
  },
  {
    local: /^(ConditionalOperator can only|The conditional request failed|The BETWEEN condition)/,
    ours: /action is not supported for the type/,
    why: "two mistakes in one request: the request is checked before the item is",
  },
  {
    local: /only supports precision up to 38 digits/,
    ours: /^Transaction cancelled, .*ConditionalCheckFailed/,
    why: "DynamoDB Local computes a transaction's updates though another part's condition has failed",
  },
  {
    local: /^Transaction request cannot include multiple operations on one item$/,
    ours: /^The provided key element does not match the schema$|^Invalid ProjectionExpression|^One or more parameter values are not valid/,
    why: "two mistakes in one transaction, the other one is named",
  },
];
