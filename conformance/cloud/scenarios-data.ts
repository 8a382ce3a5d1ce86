/** DynamoDB, its streams, and Parameter Store. Expectations: the services' API references ("Errors", "Response Elements"). */
import { type Scenario, stepsOf } from "./case.ts";
import { moreDataScenarios } from "./scenarios-data-more.ts";

const db = stepsOf("dynamodb");
const streams = stepsOf("dynamodbstreams");
const ssm = stepsOf("ssm");
const NO_TABLE = "ResourceNotFoundException";
const KEY = { id: { S: "a" } };
const TABLE_ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/none";
const STREAM_ARN = `${TABLE_ARN}/stream/2026-01-01T00:00:00.000`;

export const dataScenarios: readonly Scenario[] = [
  {
    name: "dynamodb: what is not there",
    steps: [
      db.fails("DescribeTable", { TableName: "none" }, NO_TABLE, 400, "Requested resource not found: Table: none not found"),
      db.fails("GetItem", { TableName: "none", Key: KEY }, NO_TABLE, 400, "Requested resource not found"),
      db.fails("PutItem", { TableName: "none", Item: KEY }, NO_TABLE, 400),
      db.fails("UpdateItem", { TableName: "none", Key: KEY }, NO_TABLE, 400),
      db.fails("DeleteItem", { TableName: "none", Key: KEY }, NO_TABLE, 400),
      db.fails(
        "Query",
        { TableName: "none", KeyConditionExpression: "id = :a", ExpressionAttributeValues: { ":a": { S: "a" } } },
        NO_TABLE,
        400,
      ),
      db.fails("Scan", { TableName: "none" }, NO_TABLE, 400),
      db.fails("BatchGetItem", { RequestItems: { none: { Keys: [KEY] } } }, NO_TABLE, 400),
      db.fails("BatchWriteItem", { RequestItems: { none: [{ PutRequest: { Item: KEY } }] } }, NO_TABLE, 400),
      db.fails("TransactGetItems", { TransactItems: [{ Get: { TableName: "none", Key: KEY } }] }, NO_TABLE, 400),
      db.fails("TransactWriteItems", { TransactItems: [{ Put: { TableName: "none", Item: KEY } }] }, NO_TABLE, 400),
      db.fails("UpdateTable", { TableName: "none", BillingMode: "PAY_PER_REQUEST" }, NO_TABLE, 400),
      db.fails("DeleteTable", { TableName: "none" }, NO_TABLE, 400),
      db.fails("DescribeTimeToLive", { TableName: "none" }, NO_TABLE, 400),
      db.fails(
        "UpdateTimeToLive",
        { TableName: "none", TimeToLiveSpecification: { Enabled: true, AttributeName: "t" } },
        NO_TABLE,
        400,
      ),
      db.fails("DescribeContinuousBackups", { TableName: "none" }, "TableNotFoundException", 400),
      db.fails("ListTagsOfResource", { ResourceArn: TABLE_ARN }, NO_TABLE, 400),
      db.fails("TagResource", { ResourceArn: TABLE_ARN, Tags: [{ Key: "a", Value: "b" }] }, NO_TABLE, 400),
      db.fails("UntagResource", { ResourceArn: TABLE_ARN, TagKeys: ["a"] }, NO_TABLE, 400),
      db.fails("GetResourcePolicy", { ResourceArn: TABLE_ARN }, NO_TABLE, 400),
      db.fails("DescribeKinesisStreamingDestination", { TableName: "none" }, NO_TABLE, 400),
      streams.fails("DescribeStream", { StreamArn: STREAM_ARN }, NO_TABLE, 400),
      streams.fails(
        "GetShardIterator",
        { StreamArn: STREAM_ARN, ShardId: "shardId-00000000000000000000-00000000", ShardIteratorType: "LATEST" },
        NO_TABLE,
        400,
      ),
      streams.ok("ListStreams", {}, { output: { Streams: [] } }),
    ],
  },
  {
    name: "dynamodb: the life of a table and its items",
    steps: [
      db.ok(
        "CreateTable",
        {
          TableName: "things",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          BillingMode: "PAY_PER_REQUEST",
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        },
        {
          output: { TableDescription: { TableName: "things", TableStatus: "CREATING", ItemCount: 0 } },
          keep: { arn: "TableDescription.TableArn", stream: "TableDescription.LatestStreamArn" },
        },
      ),
      db.fails(
        "CreateTable",
        {
          TableName: "things",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          BillingMode: "PAY_PER_REQUEST",
        },
        "ResourceInUseException",
        400,
        "Table already exists: things",
      ),
      db.ok("DescribeTable", { TableName: "things" }, { output: { Table: { TableStatus: "ACTIVE" } } }),
      db.ok("ListTables", {}, { output: { TableNames: ["things"] } }),
      db.ok("PutItem", {
        TableName: "things",
        Item: { ...KEY, n: { N: "1" }, m: { M: { x: { N: "1" }, y: { S: "y" } } }, l: { L: [{ N: "1" }, { N: "2" }] } },
      }),
      db.fails(
        "PutItem",
        { TableName: "things", Item: KEY, ConditionExpression: "attribute_not_exists(id)" },
        "ConditionalCheckFailedException",
        400,
        "The conditional request failed",
      ),
      db.fails(
        "PutItem",
        { TableName: "things", Item: { other: { S: "a" } } },
        "ValidationException",
        400,
        "One or more parameter values were invalid: Missing the key id in the item",
      ),
      db.ok(
        "UpdateItem",
        {
          TableName: "things",
          Key: KEY,
          UpdateExpression: "SET m.x = :v, l[1] = :v",
          ExpressionAttributeValues: { ":v": { N: "5" } },
          ReturnValues: "UPDATED_NEW",
        },
        { output: { Attributes: { m: { M: { x: { N: "5" } } }, l: { L: [{ N: "5" }] } } } },
      ),
      db.ok(
        "UpdateItem",
        {
          TableName: "things",
          Key: KEY,
          UpdateExpression: "SET m.x = :v",
          ExpressionAttributeValues: { ":v": { N: "6" } },
          ReturnValues: "UPDATED_OLD",
        },
        { output: { Attributes: { m: { M: { x: { N: "5" } } } } } },
      ),
      db.ok("GetItem", { TableName: "things", Key: KEY }, { output: { Item: { m: { M: { x: { N: "6" }, y: { S: "y" } } } } } }),
      db.ok(
        "Query",
        { TableName: "things", KeyConditionExpression: "id = :a", ExpressionAttributeValues: { ":a": { S: "a" } } },
        { output: { Count: 1, ScannedCount: 1 } },
      ),
      db.ok("Scan", { TableName: "things", Select: "COUNT" }, { output: { Count: 1 } }),
      db.ok(
        "BatchWriteItem",
        { RequestItems: { things: [{ PutRequest: { Item: { id: { S: "b" } } } }] } },
        {
          output: { UnprocessedItems: {} },
        },
      ),
      db.ok(
        "BatchGetItem",
        { RequestItems: { things: { Keys: [KEY, { id: { S: "b" } }] } } },
        { output: { UnprocessedKeys: {} } },
      ),
      db.fails(
        "BatchGetItem",
        { RequestItems: { things: { Keys: [KEY, KEY] } } },
        "ValidationException",
        400,
        "Provided list of item keys contains duplicates",
      ),
      db.ok(
        "TransactGetItems",
        { TransactItems: [{ Get: { TableName: "things", Key: { id: { S: "b" } } } }] },
        {
          output: { Responses: [{ Item: { id: { S: "b" } } }] },
        },
      ),
      db.fails(
        "TransactWriteItems",
        {
          TransactItems: [
            { Put: { TableName: "things", Item: { id: { S: "c" } } } },
            { ConditionCheck: { TableName: "things", Key: KEY, ConditionExpression: "attribute_not_exists(id)" } },
          ],
        },
        "TransactionCanceledException",
        400,
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
      ),
      db.ok(
        "DeleteItem",
        { TableName: "things", Key: { id: { S: "b" } }, ReturnValues: "ALL_OLD" },
        {
          output: { Attributes: { id: { S: "b" } } },
        },
      ),
      db.ok("TagResource", { ResourceArn: "@{arn}", Tags: [{ Key: "team", Value: "a" }] }),
      db.ok("ListTagsOfResource", { ResourceArn: "@{arn}" }, { output: { Tags: [{ Key: "team", Value: "a" }] } }),
      db.ok("UntagResource", { ResourceArn: "@{arn}", TagKeys: ["team"] }),
      db.ok("UpdateTimeToLive", { TableName: "things", TimeToLiveSpecification: { Enabled: true, AttributeName: "t" } }),
      db.ok(
        "DescribeTimeToLive",
        { TableName: "things" },
        {
          output: { TimeToLiveDescription: { AttributeName: "t" } },
        },
      ),
      db.fails("GetResourcePolicy", { ResourceArn: "@{arn}" }, "PolicyNotFoundException", 400),
      db.ok(
        "DescribeContinuousBackups",
        { TableName: "things" },
        {
          output: { ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED" } },
        },
      ),
      streams.ok(
        "DescribeStream",
        { StreamArn: "@{stream}" },
        {
          output: { StreamDescription: { StreamStatus: "ENABLED", StreamViewType: "NEW_AND_OLD_IMAGES" } },
          keep: { shard: "StreamDescription.Shards.0.ShardId" },
        },
      ),
      streams.ok(
        "GetShardIterator",
        { StreamArn: "@{stream}", ShardId: "@{shard}", ShardIteratorType: "TRIM_HORIZON" },
        { keep: { iterator: "ShardIterator" } },
      ),
      streams.ok(
        "GetRecords",
        { ShardIterator: "@{iterator}", Limit: 1 },
        {
          output: { Records: [{ eventName: "INSERT", dynamodb: { Keys: KEY, StreamViewType: "NEW_AND_OLD_IMAGES" } }] },
        },
      ),
      streams.ok("ListStreams", { TableName: "things" }, { output: { Streams: [{ TableName: "things" }] } }),
      db.ok("UpdateTable", { TableName: "things", DeletionProtectionEnabled: true }),
      db.fails(
        "DeleteTable",
        { TableName: "things" },
        "ValidationException",
        400,
        "Resource cannot be deleted as it is currently protected",
      ),
      db.ok("UpdateTable", { TableName: "things", DeletionProtectionEnabled: false }),
      db.ok("DeleteTable", { TableName: "things" }, { output: { TableDescription: { TableStatus: "DELETING" } } }),
      db.ok("DescribeLimits"),
      db.ok("DescribeEndpoints"),
    ],
  },
  {
    name: "ssm: parameters by name and path",
    steps: [
      ssm.fails("GetParameter", { Name: "/none" }, "ParameterNotFound", 400),
      ssm.fails("DeleteParameter", { Name: "/none" }, "ParameterNotFound", 400),
      ssm.fails("GetParameterHistory", { Name: "/none" }, "ParameterNotFound", 400),
      ssm.fails("LabelParameterVersion", { Name: "/none", Labels: ["a"] }, "ParameterNotFound", 400),
      ssm.fails("UnlabelParameterVersion", { Name: "/none", ParameterVersion: 1, Labels: ["a"] }, "ParameterNotFound", 400),
      ssm.fails("ListTagsForResource", { ResourceType: "Parameter", ResourceId: "/none" }, "InvalidResourceId", 400),
      ssm.fails(
        "AddTagsToResource",
        { ResourceType: "Parameter", ResourceId: "/none", Tags: [{ Key: "a", Value: "b" }] },
        "InvalidResourceId",
        400,
      ),
      ssm.fails(
        "RemoveTagsFromResource",
        { ResourceType: "Parameter", ResourceId: "/none", TagKeys: ["a"] },
        "InvalidResourceId",
        400,
      ),
      ssm.ok("GetParameters", { Names: ["/none"] }, { output: { Parameters: [], InvalidParameters: ["/none"] } }),
      ssm.ok("DeleteParameters", { Names: ["/none"] }, { output: { DeletedParameters: [], InvalidParameters: ["/none"] } }),
      ssm.ok("PutParameter", { Name: "/app/db/host", Value: "h", Type: "String" }, { output: { Version: 1, Tier: "Standard" } }),
      ssm.ok("PutParameter", { Name: "/app/db/list", Value: "a,b", Type: "StringList" }, { output: { Version: 1 } }),
      ssm.ok("PutParameter", { Name: "/app/key", Value: "s", Type: "SecureString" }, { output: { Version: 1 } }),
      ssm.fails(
        "PutParameter",
        { Name: "/app/key", Value: "t", Type: "SecureString" },
        "ParameterAlreadyExists",
        400,
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      ),
      ssm.ok("PutParameter", { Name: "/app/key", Value: "t", Overwrite: true }, { output: { Version: 2 } }),
      ssm.ok(
        "GetParameter",
        { Name: "/app/key", WithDecryption: true },
        {
          output: { Parameter: { Name: "/app/key", Type: "SecureString", Value: "t", Version: 2, DataType: "text" } },
        },
      ),
      ssm.ok(
        "GetParameter",
        { Name: "/app/key:1", WithDecryption: true },
        { output: { Parameter: { Value: "s", Selector: ":1" } } },
      ),
      ssm.fails("GetParameter", { Name: "/app/key:9" }, "ParameterVersionNotFound", 400),
      ssm.ok("GetParametersByPath", { Path: "/app" }, { output: { Parameters: [{ Name: "/app/key" }] } }),
      ssm.ok("GetParametersByPath", { Path: "/app", Recursive: true, MaxResults: 2 }, { keep: { next: "NextToken" } }),
      ssm.ok(
        "GetParametersByPath",
        { Path: "/app", Recursive: true, MaxResults: 2, NextToken: "@{next}" },
        {
          output: { Parameters: [{}] },
        },
      ),
      ssm.ok(
        "LabelParameterVersion",
        { Name: "/app/key", ParameterVersion: 1, Labels: ["prod"] },
        {
          output: { InvalidLabels: [], ParameterVersion: 1 },
        },
      ),
      ssm.ok("GetParameter", { Name: "/app/key:prod", WithDecryption: true }, { output: { Parameter: { Value: "s" } } }),
      ssm.ok(
        "UnlabelParameterVersion",
        { Name: "/app/key", ParameterVersion: 1, Labels: ["prod"] },
        {
          output: { RemovedLabels: ["prod"] },
        },
      ),
      ssm.ok("GetParameterHistory", { Name: "/app/key" }, { output: { Parameters: [{ Version: 1 }, { Version: 2 }] } }),
      ssm.ok("AddTagsToResource", { ResourceType: "Parameter", ResourceId: "/app/key", Tags: [{ Key: "a", Value: "b" }] }),
      ssm.ok(
        "ListTagsForResource",
        { ResourceType: "Parameter", ResourceId: "/app/key" },
        {
          output: { TagList: [{ Key: "a", Value: "b" }] },
        },
      ),
      ssm.ok(
        "DescribeParameters",
        { ParameterFilters: [{ Key: "Path", Values: ["/app/db"] }] },
        {
          output: { Parameters: [{ Name: "/app/db/host" }, { Name: "/app/db/list" }] },
        },
      ),
      ssm.ok("DeleteParameters", { Names: ["/app/key", "/app/db/host", "/app/db/list"] }, { output: { InvalidParameters: [] } }),
    ],
  },
  ...moreDataScenarios,
];
