const { SNSClient, PublishCommand } = require("@aws-sdk/client-sns");
const sns = new SNSClient({});

exports.handler = async (event) => {
  for (const { eventName, dynamodb } of event.Records) {
    if (eventName !== "INSERT") throw new Error(`not asked for: ${eventName}`);
    const { key, kind } = dynamodb.NewImage;
    await sns.send(
      new PublishCommand({
        TopicArn: process.env.TOPIC,
        Subject: "indexed",
        Message: key.S,
        MessageAttributes: { kind: { DataType: "String", StringValue: kind.S } },
      }),
    );
  }
};
