const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const s3 = new S3Client({});
const dynamodb = new DynamoDBClient({});

exports.handler = async (event) => {
  const batchItemFailures = [];
  for (const record of event.Records) {
    try {
      for (const { s3: at } of JSON.parse(record.body).Records ?? []) {
        const key = decodeURIComponent(at.object.key.replace(/\+/g, " "));
        const object = await s3.send(new GetObjectCommand({ Bucket: at.bucket.name, Key: key }));
        const text = await object.Body.transformToString();
        if (text.startsWith("poison")) throw new Error(`cannot index ${key}`);
        const item = { key: { S: key }, words: { N: String(text.split(/\s+/).length) }, kind: { S: "text" } };
        await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: item }));
      }
    } catch (error) {
      console.error(error);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
};
