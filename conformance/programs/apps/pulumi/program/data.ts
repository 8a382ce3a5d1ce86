import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export const table = new aws.dynamodb.Table("orders", {
  name: `${new pulumi.Config().require("tableName")}-${pulumi.getStack()}`,
  billingMode: "PAY_PER_REQUEST",
  hashKey: "pk",
  attributes: [{ name: "pk", type: "S" }],
});
