import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPolicy, type PolicyKind } from "./document.ts";
import { evaluate, type Question } from "./evaluate.ts";
import { matchesArn, matchesWildcard } from "./match.ts";

const ME = "arn:aws:sts::111111111111:assumed-role/worker/s";
const ROLE = "arn:aws:iam::111111111111:role/worker";
const QUEUE = "arn:aws:sqs:eu-west-1:111111111111:jobs";

type Statement = { readonly [key: string]: unknown };
const policy = (...statements: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (more: Statement = {}): Statement => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE, ...more });
const deny = (more: Statement = {}): Statement => ({ ...allow(more), Effect: "Deny" });

function ask(statements: readonly Statement[], more: Partial<Question> = {}) {
  return evaluate({
    caller: { arn: ME, roleArn: ROLE, account: "111111111111" },
    action: "sqs:SendMessage",
    resource: QUEUE,
    resourceAccount: "111111111111",
    context: {},
    identityPolicies: statements.length === 0 ? [] : [{ name: "p", document: policy(...statements) }],
    ...more,
  });
}

describe("one statement", () => {
  test.each<[string, Statement, boolean]>([
    ["the action and resource themselves", {}, true],
    ["another action", { Action: "sqs:ReceiveMessage" }, false],
    ["the action in other letters", { Action: "SQS:sendmessage" }, true],
    ["an action with a wildcard", { Action: "sqs:Send*" }, true],
    ["an action with a question mark", { Action: "sqs:SendMessag?" }, true],
    ["all actions", { Action: "*" }, true],
    ["a list", { Action: ["s3:*", "sqs:*"] }, true],
    ["NotAction of another", { Action: undefined, NotAction: "sqs:DeleteQueue" }, true],
    ["NotAction of this one", { Action: undefined, NotAction: "sqs:*" }, false],
    ["a resource with a wildcard", { Resource: "arn:aws:sqs:*:*:jo*" }, true],
    ["a resource of another region", { Resource: "arn:aws:sqs:us-east-1:111111111111:jobs" }, false],
    ["a wildcard that would have to reach over a colon", { Resource: "arn:aws:sqs:*:jobs" }, false],
    ["NotResource of another", { Resource: undefined, NotResource: "arn:aws:sqs:*:*:other" }, true],
    ["NotResource of this one", { Resource: undefined, NotResource: "arn:aws:sqs:*:*:jobs" }, false],
  ])("%s", (_name, more, wanted) => {
    expect(ask([JSON.parse(JSON.stringify(allow(more)))]).allowed).toBe(wanted);
  });
});

describe("conditions", () => {
  const context = {
    "aws:sourcearn": ["arn:aws:s3:::photos"],
    "aws:sourceip": ["10.1.2.3"],
    "aws:principaltag/team": ["blue"],
    "aws:currenttime": ["2026-06-01T00:00:00Z"],
    "s3:max-keys": ["10"],
    "aws:securetransport": ["true"],
    "aws:tagkeys": ["a", "b"],
  };
  test.each<[Statement, boolean]>([
    [{ StringEquals: { "aws:PrincipalTag/team": ["red", "blue"] } }, true],
    [{ StringNotEquals: { "aws:PrincipalTag/team": "blue" } }, false],
    [{ StringNotEquals: { "aws:PrincipalTag/none": "blue" } }, true],
    [{ StringEquals: { "aws:PrincipalTag/none": "blue" } }, false],
    [{ StringEqualsIfExists: { "aws:PrincipalTag/none": "blue" } }, true],
    [{ StringLike: { "aws:PrincipalTag/team": "b*e" } }, true],
    [{ StringEqualsIgnoreCase: { "aws:PrincipalTag/team": "BLUE" } }, true],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s3:::pho*" } }, true],
    [{ ArnNotEquals: { "aws:SourceArn": "arn:aws:s3:::photos" } }, false],
    [{ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, true],
    [{ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, false],
    [{ NumericLessThanEquals: { "s3:max-keys": "10" } }, true],
    [{ NumericGreaterThan: { "s3:max-keys": "10" } }, false],
    [{ DateLessThan: { "aws:CurrentTime": "2027-01-01T00:00:00Z" } }, true],
    [{ Bool: { "aws:SecureTransport": "false" } }, false],
    [{ Bool: { "aws:SecureTransport": true } }, true],
    [{ Null: { "aws:PrincipalTag/none": "true" } }, true],
    [{ Null: { "aws:PrincipalTag/team": "true" } }, false],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b", "c"] } }, true],
    [{ "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }, false],
    [{ "ForAllValues:StringEquals": { "aws:None": ["a"] } }, true],
    [{ "ForAnyValue:StringEquals": { "aws:TagKeys": ["b"] } }, true],
    [{ "ForAnyValue:StringEquals": { "aws:None": ["b"] } }, false],
    [{ StringEquals: { "aws:PrincipalTag/team": "blue" }, Bool: { "aws:SecureTransport": "false" } }, false],
    [{ StringAlmost: { "aws:PrincipalTag/team": "blue" } }, false],
  ])("%j: %s", (Condition, wanted) => {
    expect(ask([allow({ Condition })], { context }).allowed).toBe(wanted);
  });

  test.each([
    ["arn:aws:sqs:eu-west-1:111111111111:${aws:PrincipalTag/kind}", true],
    ["arn:aws:sqs:eu-west-1:111111111111:${aws:PrincipalTag/none}", false],
    ["arn:aws:sqs:eu-west-1:111111111111:${aws:PrincipalTag/none, 'jobs'}", true],
  ])("variable in %s: %s", (Resource, wanted) => {
    expect(ask([allow({ Resource })], { context: { "aws:principaltag/kind": ["jobs"] } }).allowed).toBe(wanted);
  });
});

describe("several policies", () => {
  const resource = (principal: unknown, more: Statement = {}) => policy(allow({ Principal: principal, ...more }));
  test.each<[string, readonly Statement[], Partial<Question>, string]>([
    ["nothing allows", [], {}, "no-identity-allow"],
    ["a deny wins over an allow", [allow(), deny()], {}, "identity-deny"],
    ["the resource's policy names the role", [], { resourcePolicy: resource({ AWS: ROLE }) }, "allowed"],
    [
      "the resource's policy names only the account",
      [],
      { resourcePolicy: resource({ AWS: "arn:aws:iam::111111111111:root" }) },
      "no-identity-allow",
    ],
    ["the resource's policy denies", [allow()], { resourcePolicy: policy(deny({ Principal: "*" })) }, "resource-deny"],
    ["another account's resource with no policy", [allow()], { resourceAccount: "222222222222" }, "no-resource-allow"],
    [
      "another account's resource that lets the account in",
      [allow()],
      { resourceAccount: "222222222222", resourcePolicy: resource({ AWS: "111111111111" }) },
      "allowed",
    ],
    [
      "another account's resource, but no own permission",
      [],
      { resourceAccount: "222222222222", resourcePolicy: resource({ AWS: ROLE }) },
      "no-identity-allow",
    ],
    [
      "a boundary that does not include it",
      [allow()],
      { boundary: { name: "b", document: policy(allow({ Action: "s3:*" })) } },
      "no-boundary-allow",
    ],
    ["a boundary that denies", [allow()], { boundary: { name: "b", document: policy(deny()) } }, "boundary-deny"],
    [
      "a session policy that does not include it",
      [allow()],
      { sessionPolicies: [policy(allow({ Action: "s3:*" }))] },
      "no-session-allow",
    ],
    [
      "a service that is let in",
      [],
      {
        caller: { arn: "sns.amazonaws.com", account: "111111111111", service: "sns.amazonaws.com" },
        resourcePolicy: resource({ Service: "sns.amazonaws.com" }),
      },
      "allowed",
    ],
    [
      "a service that is not",
      [],
      {
        caller: { arn: "sns.amazonaws.com", account: "111111111111", service: "sns.amazonaws.com" },
        resourcePolicy: resource({ Service: "events.amazonaws.com" }),
      },
      "no-resource-allow",
    ],
    [
      "nobody, where everybody may",
      [],
      { caller: { arn: "anonymous", account: "", isAnonymous: true }, resourcePolicy: resource("*") },
      "allowed",
    ],
    ["a document that cannot be read", [], { identityPolicies: [{ name: "p", document: "{" }] }, "no-identity-allow"],
  ])("%s", (_name, statements, more, reason) => {
    expect(ask(statements, more).reason).toBe(reason);
  });
});

describe("documents", () => {
  test.each<[string, string, PolicyKind, string]>([
    ["no JSON", "{", "identity", "Syntax errors in policy."],
    ["no statement", "{}", "identity", "Syntax errors in policy."],
    ["an unknown version", policy().replace("2012-10-17", "2020-01-01"), "identity", "Syntax errors in policy."],
    ["an unknown member", policy(allow({ Foo: 1 })), "identity", "Syntax errors in policy."],
    [
      "an action without a vendor",
      policy(allow({ Action: "Send" })),
      "identity",
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ],
    [
      "a principal in an identity policy",
      policy(allow({ Principal: "*" })),
      "identity",
      "Policy document should not specify a principal.",
    ],
    ["a resource in a trust policy", policy(allow({ Principal: "*" })), "trust", "Has prohibited field Resource"],
  ])("%s is refused", (_name, text, kind, message) => {
    expect(() => checkPolicy(text, kind)).toThrow(message);
  });
});

test("wildcards match what the same regular expression does", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (wanted, found) => {
      const expression = new RegExp(`^${wanted.replaceAll("?", ".").replaceAll("*", ".*")}$`, "s");
      expect(matchesWildcard(wanted, found)).toBe(expression.test(found));
    }),
    { numRuns: 1_000 },
  );
});

test("many stars cost no more than few", () => {
  expect(matchesWildcard("*a".repeat(200), "a".repeat(20_000) + "b")).toBe(false);
  expect(matchesArn("arn:aws:s3:::*", "arn:aws:s3:::b/k:with:colons")).toBe(true);
});
