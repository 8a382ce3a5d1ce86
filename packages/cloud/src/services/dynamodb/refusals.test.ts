import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

/** What DynamoDB Local 2.6.1 answers to the same (conformance/dynamodb), where the request alone decides. */
const TableName = "refusals";
const Key = { pk: { S: "p" }, sk: { N: "1" } };
const values = (...AttributeValueList: object[]) => ({ AttributeValueList });
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(3), volatile: true });
  await cloud.call("dynamodb", "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
      { AttributeName: "g", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: "by-g", KeySchema: [{ AttributeName: "g", KeyType: "HASH" }], Projection: { ProjectionType: "ALL" } },
    ],
  });
  await cloud.call("dynamodb", "PutItem", { TableName, Item: { ...Key, a: { S: "text" } } });
});
afterAll(() => cloud.stop());

describe("legacy parameters", () => {
  it.each<[string, string, object, string]>([
    [
      "Scan",
      "one condition has nothing to be joined with",
      { ScanFilter: { a: { ComparisonOperator: "NULL" } }, ConditionalOperator: "AND" },
      "ConditionalOperator can only be used when Filter or Expected has two or more elements",
    ],
    [
      "Scan",
      "each value of a list has a type that the operator takes",
      { ScanFilter: { a: { ComparisonOperator: "IN", ...values({ S: "x" }, { NULL: true }) } } },
      "One or more parameter values were invalid: ComparisonOperator IN is not valid for NULL AttributeValue type",
    ],
    [
      "Scan",
      "a list has values of one type",
      { ScanFilter: { a: { ComparisonOperator: "BETWEEN", ...values({ S: "x" }, { N: "1" }) } } },
      "One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type",
    ],
    [
      "Scan",
      "a range does not end before it begins",
      { ScanFilter: { a: { ComparisonOperator: "BETWEEN", ...values({ N: "10" }, { N: "9" }) } } },
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    ],
    [
      "UpdateItem",
      "a number is not added to a text",
      { Key, AttributeUpdates: { a: { Action: "ADD", Value: { N: "1" } } } },
      "Type mismatch for attribute to update",
    ],
    [
      "UpdateItem",
      "if_not_exists of one path twice says nothing",
      { Key, UpdateExpression: "SET b = if_not_exists(c, c)" },
      "Invalid UpdateExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: if_not_exists, first operand: [c]",
    ],
    [
      "UpdateItem",
      "an index key is not set to nothing, whatever the condition says",
      {
        Key,
        UpdateExpression: "SET g = :e",
        ConditionExpression: "attribute_exists(nothing)",
        ExpressionAttributeValues: { ":e": { S: "" } },
      },
      "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.",
    ],
  ])("%s: %s", async (operation, _, body, message) => {
    await expect(cloud.call("dynamodb", operation, { TableName, ...body })).rejects.toMatchObject({
      code: "ValidationException",
      message,
    });
  });
});

describe("TransactWriteItems with two mistakes", () => {
  const twice = { Delete: { TableName, Key } };
  const put = (g: object) => ({ Put: { TableName, Item: { ...Key, g } } });

  it.each<[string, object[], string, string]>([
    [
      "an empty index key comes before two operations on one item",
      [put({ S: "" }), twice],
      "ValidationException",
      "empty string",
    ],
    [
      "so does an empty key",
      [{ Delete: { TableName, Key: { pk: { S: "" }, sk: { N: "1" } } } }, twice, twice],
      "ValidationException",
      "empty string",
    ],
    [
      "an index key of another type comes after them",
      [{ Put: { TableName, Item: { ...Key, sk: { N: "2" }, g: { N: "1" } } } }, twice, twice],
      "ValidationException",
      "multiple operations on one item",
    ],
    ["and is that part's reason", [put({ N: "1" })], "TransactionCanceledException", "[ValidationError]"],
  ])("%s", async (_, TransactItems, code, text) => {
    await expect(cloud.call("dynamodb", "TransactWriteItems", { TransactItems })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });
});
