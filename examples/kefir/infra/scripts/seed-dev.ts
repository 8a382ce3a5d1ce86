/**
 * Seeds the dev table with a few batches of a made-up user.
 * Usage: npx dovetail shell --stage dev -- node scripts/seed-dev.ts   (the shell gives endpoint and credentials)
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

const stage = process.env.SST_STAGE ?? "dev";
const tableName = `kefir-app-${stage}`;
const ownerId = "00000000-0000-4000-8000-00000000seed";
const names = ["Ginger and lemon", "Raspberry", "Plain, second ferment"];

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const items = names.map((name, i) => {
  const batchId = `seed-${i + 1}`;
  const createdAt = `2026-01-0${i + 1}T08:00:00.000Z`;
  return {
    PK: `BATCH#${batchId}`,
    SK: "META",
    GSI1PK: `USER#${ownerId}`,
    GSI1SK: `BATCH#${createdAt}`,
    batchId,
    ownerId,
    name,
    createdAt,
  };
});
await table.send(new BatchWriteCommand({ RequestItems: { [tableName]: items.map((Item) => ({ PutRequest: { Item } })) } }));
console.log(`seeded ${items.length} batches into ${tableName}`);
