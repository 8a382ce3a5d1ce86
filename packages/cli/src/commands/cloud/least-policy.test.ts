import { expect, test } from "vitest";
import { leastPolicy } from "./least-policy.ts";

const used = (action: string, resource: string, allowed = true) => ({ action, resource, allowed });

test("actions with the same resources share a statement; resources are exact; what was refused is left out", () => {
  const usage = {
    principal: "arn:aws:iam::000000000000:role/worker",
    actions: [
      used("dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:000000000000:table/b"),
      used("dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:000000000000:table/a"),
      used("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/a"),
      used("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:000000000000:table/b"),
      used("s3:GetObject", "arn:aws:s3:::photos/a"),
      used("s3:DeleteObject", "arn:aws:s3:::photos/a", false),
    ],
  };
  expect(leastPolicy(usage, { withDenied: false })).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
        Resource: ["arn:aws:dynamodb:us-east-1:000000000000:table/a", "arn:aws:dynamodb:us-east-1:000000000000:table/b"],
      },
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::photos/a"] },
    ],
  });
  expect(leastPolicy(usage, { withDenied: true }).Statement[1]?.Action).toEqual(["s3:DeleteObject", "s3:GetObject"]);
  expect(leastPolicy({ ...usage, actions: [] }, { withDenied: true }).Statement).toEqual([]);
});

test("a function's log is granted as Lambda writes it: streams are made, and any of the group's is written to", () => {
  const group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f";
  const usage = {
    principal: "arn:aws:iam::000000000000:role/f",
    actions: [used("logs:PutLogEvents", `${group}:log-stream:2026/11/21/[1]a`)],
  };
  expect(leastPolicy(usage, { withDenied: false }).Statement).toEqual([
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [`${group}:*`] },
  ]);
});
