const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { greet } = require("greeting");
const dynamodb = new DynamoDBClient({});

exports.handler = async (event, context) => {
  const id = event.id ?? "http";
  const Item = { id: { S: id }, version: { S: context.functionVersion }, release: { S: process.env.RELEASE } };
  await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
  return { statusCode: 200, headers: { "content-type": "text/plain" }, body: `${greet(id)} from ${process.env.RELEASE}` };
};
