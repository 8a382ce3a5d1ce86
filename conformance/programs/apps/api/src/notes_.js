const { DynamoDBClient, GetItemCommand, PutItemCommand, DeleteItemCommand } = require("@aws-sdk/client-dynamodb");
const dynamodb = new DynamoDBClient({});
const TableName = process.env.TABLE;

exports.handler = async (event) => {
  if (event.routeKey === "GET /health") return "well";
  const owner = event.requestContext.authorizer.lambda.user;
  const Key = { owner: { S: owner }, id: { S: event.pathParameters.id } };
  try {
    if (event.routeKey.startsWith("PUT")) {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, text: { S: event.body } } }));
      return { statusCode: 204 };
    }
    if (event.routeKey.startsWith("DELETE")) await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
    return Item ? { owner, text: Item.text.S } : { statusCode: 404, body: "none" };
  } catch (error) {
    return { statusCode: 403, body: error.name };
  }
};
