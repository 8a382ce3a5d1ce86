import { seededRandom } from "@dovetail/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(9), volatile: true, listen: false });
});
afterAll(() => cloud.stop());
const call = <O = Record<string, unknown>>(operation: string, input: object) => cloud.call<O>("iam", operation, input);

describe("service-linked roles", () => {
  it.each([
    ["ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"],
    ["autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", "AutoScalingServiceRolePolicy"],
    ["opensearchservice.amazonaws.com", "AWSServiceRoleForAmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"],
    [
      "dynamodb.application-autoscaling.amazonaws.com",
      "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
      "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ],
  ])("of %s have AWS's name and policy", async (AWSServiceName, RoleName, PolicyName) => {
    const { Role } = await call<{ Role: object }>("CreateServiceLinkedRole", { AWSServiceName });
    expect(Role).toMatchObject({ RoleName, Path: `/aws-service-role/${AWSServiceName}/` });
    expect(await call("ListAttachedRolePolicies", { RoleName })).toMatchObject({
      AttachedPolicies: [{ PolicyName, PolicyArn: `arn:aws:iam::aws:policy/aws-service-role/${PolicyName}` }],
    });
    await expect(call("CreateServiceLinkedRole", { AWSServiceName })).rejects.toMatchObject({ code: "InvalidInputException" });
    await call("DeleteServiceLinkedRole", { RoleName });
  });

  it("of a service that isn't known have its first label, and no policy", async () => {
    const { Role } = await call<{ Role: object }>("CreateServiceLinkedRole", { AWSServiceName: "thing.amazonaws.com" });
    expect(Role).toMatchObject({ RoleName: "AWSServiceRoleForThing" });
    expect(await call("ListAttachedRolePolicies", { RoleName: "AWSServiceRoleForThing" })).toMatchObject({
      AttachedPolicies: [],
    });
  });
});
