/**
 * The evaluator against a second one, written straight from the IAM user guide's "Policy evaluation logic" with regular expressions and
 * no cache: random policies of every kind, random requests. A difference prints its seed.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate, type Question } from "./evaluate.ts";

interface RawStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: "*" | { readonly AWS: readonly string[] };
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: readonly string[] } };
}

const ACCOUNT = "111111111111";
const OTHER = "222222222222";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/s`;

const quoted = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
const like = (pattern: string, text: string, flags = "") =>
  new RegExp(`^${quoted(pattern).replaceAll("*", ".*").replaceAll("?", ".")}$`, `s${flags}`).test(text);

function arnLike(pattern: string, text: string): boolean {
  if (pattern === "*") return true;
  const [wanted, found] = [pattern.split(":"), text.split(":")];
  return (
    [0, 1, 2, 3, 4].every((at) => like(wanted[at] ?? "", found[at] ?? "")) &&
    like(wanted.slice(5).join(":"), found.slice(5).join(":"))
  );
}

type Keys = { readonly [key: string]: readonly string[] };

function conditionHolds(operator: string, key: string, wanted: readonly string[], context: Keys): boolean {
  const values = context[key];
  if (operator === "Null") return (values === undefined) === (wanted[0] === "true");
  const [, set, name = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = name.includes("Not");
  const one = (value: string) => {
    const hit = wanted.some((each) => (name.endsWith("Like") ? like(each, value) : each === value));
    return negated ? !hit : hit;
  };
  if (set === "ForAllValues") return values === undefined || values.every(one);
  if (values === undefined) return ifExists !== undefined || (negated && set === undefined);
  if (set === "ForAnyValue") return values.some(one);
  return negated ? values.every(one) : values.some(one);
}

function covers(statement: RawStatement, question: Question, asResource: boolean): boolean {
  const action = (pattern: string) => like(pattern, question.action, "i");
  const resource = (pattern: string) => arnLike(pattern, question.resource);
  if (statement.Action !== undefined && !statement.Action.some(action)) return false;
  if (statement.NotAction?.some(action)) return false;
  if (statement.Resource !== undefined && !statement.Resource.some(resource)) return false;
  if (statement.NotResource?.some(resource)) return false;
  if (asResource && statement.Principal !== "*" && !names(statement).some((name) => mine(name, question))) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, key.toLowerCase(), wanted, question.context)),
  );
}

const names = (statement: RawStatement) => (typeof statement.Principal === "object" ? statement.Principal.AWS : []);
const mine = (name: string, { caller }: Question) =>
  [caller.arn, caller.roleArn, caller.account, `arn:aws:iam::${caller.account}:root`].includes(name);

function naive(question: Question): boolean {
  const read = (text: string): RawStatement[] => JSON.parse(text).Statement;
  const identity = question.identityPolicies.flatMap(({ document }) => read(document));
  const resource = question.resourcePolicy === undefined ? [] : read(question.resourcePolicy);
  const boundary = question.boundary === undefined ? undefined : read(question.boundary.document);
  const session = question.sessionPolicies?.flatMap(read);
  const hits = (statements: readonly RawStatement[], effect: string, asResource = false) =>
    statements.filter((each) => each.Effect === effect && covers(each, question, asResource));
  const all = [...identity, ...(boundary ?? []), ...(session ?? [])];
  if (hits(all, "Deny").length + hits(resource, "Deny", true).length > 0) return false;
  const byIdentity = hits(identity, "Allow").length > 0;
  const byResource = hits(resource, "Allow", true);
  const directly = byResource.some(
    (each) =>
      each.Principal === "*" || names(each).some((name) => name === question.caller.arn || name === question.caller.roleArn),
  );
  const sameAccount = question.resourceAccount === question.caller.account;
  if (sameAccount ? !(byIdentity || directly) : !(byIdentity && byResource.length > 0)) return false;
  if (boundary !== undefined && hits(boundary, "Allow").length === 0) return false;
  return session === undefined || hits(session, "Allow").length > 0;
}

const actions = fc.constantFrom(
  "sqs:SendMessage",
  "sqs:*",
  "SQS:send*",
  "s3:GetObject",
  "*",
  "sqs:?endMessage",
  "sqs:DeleteQueue",
);
const queue = (account: string, name: string) => `arn:aws:sqs:eu-west-1:${account}:${name}`;
const resources = fc.constantFrom(
  "*",
  queue(ACCOUNT, "jobs"),
  queue(OTHER, "jobs"),
  "arn:aws:sqs:*:*:jo*",
  `arn:aws:sqs:*:${ACCOUNT}:*`,
  queue(ACCOUNT, "j?bs"),
);
const some = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { minLength: 1, maxLength: 3 });
const value = fc.constantFrom("a", "b", "ab", "*");
const operator = fc
  .tuple(
    fc.constantFrom("", "ForAllValues:", "ForAnyValue:"),
    fc.constantFrom("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
    fc.constantFrom("", "IfExists"),
  )
  .map((parts) => parts.join(""));
const condition = fc.oneof(
  fc.record({
    Null: fc.dictionary(fc.constantFrom("aws:TagKeys", "aws:None"), fc.constantFrom(["true"], ["false"]), { minKeys: 1 }),
  }),
  fc.dictionary(
    operator,
    fc.dictionary(fc.constantFrom("aws:TagKeys", "aws:PrincipalTag/x", "aws:None"), some(value), { minKeys: 1 }),
    {
      minKeys: 1,
      maxKeys: 2,
    },
  ),
);
const statement = fc
  .record({
    Effect: fc.constantFrom("Allow" as const, "Allow" as const, "Allow" as const, "Deny" as const),
    action: fc.tuple(fc.constantFrom("Action", "Action", "NotAction"), some(actions)),
    resource: fc.tuple(fc.constantFrom("Resource", "Resource", "NotResource"), some(resources)),
    Condition: fc.option(condition, { nil: undefined, freq: 3 }),
  })
  .map(({ Effect, action, resource, Condition }) => ({
    Effect,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
    ...(Condition === undefined ? {} : { Condition }),
  }));
const principal = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: some(fc.constantFrom(ROLE, SESSION, ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${OTHER}:root`)) }),
);
const document = (each: fc.Arbitrary<object>) =>
  fc.array(each, { minLength: 1, maxLength: 3 }).map((Statement) => JSON.stringify({ Version: "2012-10-17", Statement }));
const plain = document(statement);
const resourcePolicy = document(fc.tuple(statement, principal).map(([each, Principal]) => ({ ...each, Principal })));

const question: fc.Arbitrary<Question> = fc
  .record({
    identity: fc.array(plain, { maxLength: 2 }),
    resourcePolicy: fc.option(resourcePolicy, { nil: undefined }),
    boundary: fc.option(plain, { nil: undefined, freq: 3 }),
    sessionPolicies: fc.option(fc.array(plain, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 }),
    account: fc.constantFrom(ACCOUNT, OTHER),
    tagKeys: fc.option(some(fc.constantFrom("a", "b", "ab")), { nil: undefined }),
    tag: fc.option(fc.constantFrom("a", "ab"), { nil: undefined }),
  })
  .map(({ identity, account, tagKeys, tag, ...rest }) => ({
    caller: { arn: SESSION, roleArn: ROLE, account: ACCOUNT },
    action: "sqs:SendMessage",
    resource: queue(account, "jobs"),
    resourceAccount: account,
    context: {
      ...(tagKeys === undefined ? {} : { "aws:tagkeys": tagKeys }),
      ...(tag === undefined ? {} : { "aws:principaltag/x": [tag] }),
    },
    identityPolicies: identity.map((text, index) => ({ name: `p${index}`, document: text })),
    ...(rest.resourcePolicy === undefined ? {} : { resourcePolicy: rest.resourcePolicy }),
    ...(rest.boundary === undefined ? {} : { boundary: { name: "boundary", document: rest.boundary } }),
    ...(rest.sessionPolicies === undefined ? {} : { sessionPolicies: rest.sessionPolicies }),
  }));

test("both evaluators decide alike", () => {
  let allowed = 0;
  fc.assert(
    fc.property(question, (each) => {
      const decision = evaluate(each).allowed;
      if (decision) allowed++;
      return decision === naive(each);
    }),
    { numRuns: 4_000 },
  );
  expect(allowed).toBeGreaterThan(100);
});
