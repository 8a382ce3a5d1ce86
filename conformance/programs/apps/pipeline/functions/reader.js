const { DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");
const dynamodb = new DynamoDBClient({});

exports.handler = async (event) => {
  for (const { Sns } of event.Records) {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: process.env.TABLE,
        Key: { key: { S: Sns.Message } },
        UpdateExpression: "SET announced = :yes",
        ExpressionAttributeValues: { ":yes": { S: Sns.Subject } },
      }),
    );
  }
};
