import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttributeValue, Item } from "../attribute-value.ts";
import { holds } from "./evaluate.ts";
import { project } from "./projection.ts";
import { Expressions } from "./request.ts";
import { applyUpdate } from "./update.ts";

const ITEM: Item = {
  pk: { S: "a" },
  n: { N: "5" },
  s: { S: "str" },
  l: { L: [{ N: "1" }, { N: "2" }] },
  m: { M: { x: { N: "1" }, y: { S: "q" } } },
  ns: { NS: ["1", "2"] },
  b: { BOOL: true },
};

function expressions(text: Record<string, string>, values?: Record<string, AttributeValue>, names?: Record<string, string>) {
  return new Expressions({ ExpressionAttributeValues: values, ExpressionAttributeNames: names }, text);
}

function condition(text: string, values?: Record<string, AttributeValue>, names?: Record<string, string>): boolean {
  const request = expressions({ ConditionExpression: text }, values, names);
  const bound = request.condition(text, "ConditionExpression");
  request.finish();
  return bound !== undefined && holds(bound, ITEM);
}

const V1 = { ":v": { N: "1" } };

describe("conditions", () => {
  it.each([
    ["n = :v", { ":v": { N: "5.0" } }, true],
    ["n > :v", V1, true],
    ["m.x = :v", V1, true],
    ["l[1] > :v", V1, true],
    ["nope <> :v", V1, true],
    ["nope = :v", V1, false],
    ["s < :v", V1, false],
    ["attribute_exists(m.x) AND NOT attribute_exists(m.z)", undefined, true],
    ["attribute_not_exists(pk) OR n = :v AND s = :v", V1, false],
    ["begins_with(s, :p)", { ":p": { S: "st" } }, true],
    ["contains(ns, :v)", V1, true],
    ["contains(l, :v)", V1, true],
    ["contains(s, :p)", { ":p": { S: "tr" } }, true],
    ["size(l) > :v", V1, true],
    ["size(n) > :v", V1, false],
    ["attribute_type(b, :t)", { ":t": { S: "BOOL" } }, true],
    ["n BETWEEN :a AND :z", { ":a": { N: "1" }, ":z": { N: "9" } }, true],
    ["n in (:v, :w)", { ":v": { N: "1" }, ":w": { N: "5" } }, true],
    ["(n) = :w and (attribute_exists(s) or attribute_exists(zz))", { ":w": { N: "5" } }, true],
    ["(attribute_exists(zz) OR attribute_exists(s) AND n = :w)", { ":w": { N: "5" } }, true],
    ["NOT n = :v", V1, true],
  ])("%s", (text, values, wanted) => {
    // Values reach the evaluator normalised.
    const normal = JSON.parse(JSON.stringify(values ?? {}));
    expect(condition(text, values === undefined ? undefined : normal)).toBe(wanted);
  });

  const E = "Invalid ConditionExpression: ";
  it.each([
    ["", undefined, `${E}The expression can not be empty;`],
    ["a", undefined, `${E}Syntax error; token: "<EOF>", near: "a"`],
    ["a = = b", undefined, `${E}Syntax error; token: "=", near: "= = b"`],
    ["a = b AND", undefined, `${E}Syntax error; token: "<EOF>", near: "AND"`],
    ["(a = b", undefined, `${E}Syntax error; token: "<EOF>", near: "b"`],
    ["a = b)", undefined, `${E}Syntax error; token: ")", near: "b)"`],
    ["a.1b = :v", V1, `${E}Syntax error; token: "1", near: ".1b"`],
    ["a[-1] = :v", V1, `${E}Syntax error; token: "-", near: "[-1"`],
    ["name = b", undefined, `${E}Attribute name is a reserved keyword; reserved keyword: name`],
    ["foo(a)", undefined, `${E}Invalid function name; function: foo`],
    ["size(a)", undefined, `${E}The function is not allowed to be used this way in an expression; function: size`],
    ["((a = :v))", V1, `${E}The expression has redundant parentheses;`],
    [
      "a = a",
      undefined,
      `${E}The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]`,
    ],
    ["a = :w", V1, `${E}An expression attribute value used in expression is not defined; attribute value: :w`],
    ["#a = :v", V1, `${E}An expression attribute name used in the document path is not defined; attribute name: #a`],
    [
      "a < :v",
      { ":v": { BOOL: true } },
      `${E}Incorrect operand type for operator or function; operator or function: <, operand type: BOOL`,
    ],
    [
      "a between :v and :w",
      { ":v": { N: "2" }, ":w": { N: "1" } },
      `${E}The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}`,
    ],
    [
      "a = :v",
      { ":v": { N: "1" }, ":w": { N: "1" } },
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}",
    ],
    [
      "a = :v",
      { ":v": { N: "x" } },
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v",
    ],
  ])("refuses %j as AWS does", (text, values, message) => {
    expect(() => condition(text, values as Record<string, AttributeValue> | undefined)).toThrow(message);
  });

  it("refuses what is too long", () => {
    expect(() => condition("x".repeat(5000))).toThrow(
      "Expression size has exceeded the maximum allowed size; expression size: 5000",
    );
  });

  it("answers any text with a result or a ValidationException", () => {
    const piece = fc.constantFrom(
      "a",
      "#n",
      ":v",
      "(",
      ")",
      "[",
      "]",
      "1",
      ".",
      ",",
      "=",
      "<",
      "AND",
      "or",
      "NOT",
      "IN",
      "BETWEEN",
      "size",
      "contains",
      " ",
      "'",
      "\u0000",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          condition(pieces.join(" "), { ":v": { N: "1" } }, { "#n": "n" });
        } catch (error) {
          expect(error).toMatchObject({ code: "ValidationException", status: 400 });
        }
      }),
    );
  });
});

function update(text: string, values?: Record<string, AttributeValue>, names?: Record<string, string>): Item {
  const request = expressions({ UpdateExpression: text }, values, names);
  const bound = request.update(text);
  request.finish();
  const item = structuredClone(ITEM);
  if (bound !== undefined) applyUpdate(bound, item);
  return item;
}

describe("updates", () => {
  it.each([
    ["SET n = n + :v", V1, "n", { N: "6" }],
    ["SET n = n - :v", V1, "n", { N: "4" }],
    ["SET z = if_not_exists(z, :v) + :v", V1, "z", { N: "2" }],
    ["SET l = list_append(l, :l)", { ":l": { L: [{ S: "q" }] } }, "l", { L: [{ N: "1" }, { N: "2" }, { S: "q" }] }],
    ["SET l[5] = :v, l[3] = :v", V1, "l", { L: [{ N: "1" }, { N: "2" }, { N: "1" }, { N: "1" }] }],
    ["REMOVE l[0], l[1]", undefined, "l", { L: [] }],
    ["REMOVE m.x", undefined, "m", { M: { y: { S: "q" } } }],
    ["ADD n :v", V1, "n", { N: "6" }],
    ["ADD fresh :v", V1, "fresh", { N: "1" }],
    ["ADD ns :s", { ":s": { NS: ["3"] } }, "ns", { NS: ["1", "2", "3"] }],
    ["DELETE ns :s", { ":s": { NS: ["1"] } }, "ns", { NS: ["2"] }],
    ["DELETE ns :s", { ":s": { NS: ["1", "2"] } }, "ns", undefined],
    ["SET s = n, n = :v", V1, "s", { N: "5" }],
  ])("%s", (text, values, attribute, wanted) => {
    expect(update(text, values as Record<string, AttributeValue> | undefined)[attribute]).toEqual(wanted);
  });

  it("keeps an attribute named __proto__ an attribute", () => {
    const item = update("SET #p = :v", V1, { "#p": "__proto__" });
    expect(JSON.stringify(item)).toContain('"__proto__":{"N":"1"}');
    expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
  });

  const E = "Invalid UpdateExpression: ";
  it.each([
    [
      "SET a = :v, a = :v",
      V1,
      `${E}Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]`,
    ],
    [
      "SET m.x = :v, m = :v",
      V1,
      `${E}Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m]`,
    ],
    ["SET s = s + :v", V1, "An operand in the update expression has an incorrect data type"],
    ["SET z = z + :v", V1, "The provided expression refers to an attribute that does not exist in the item"],
    ["SET nope.y = :v", V1, "The document path provided in the update expression is invalid for update"],
    ["SET a = :v SET b = :v", V1, `${E}The "SET" section can only be used once in an update expression;`],
    ["SET a = size(b)", undefined, `${E}The function is not allowed in an update expression; function: size`],
    ["SET a = :v + :v + :v", V1, `${E}Syntax error; token: "+", near: ":v + :v"`],
    [
      "ADD x :v",
      { ":v": { S: "3" } },
      `${E}Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND`,
    ],
    ["SET l[99999999999] = :v", V1, `${E}List index is not within the allowable range; index: [99999999999]`],
  ])("refuses %s as AWS does", (text, values, message) => {
    expect(() => update(text, values as Record<string, AttributeValue> | undefined)).toThrow(message);
  });
});

describe("projections", () => {
  it.each([
    ["n, m.x", { n: { N: "5" }, m: { M: { x: { N: "1" } } } }],
    ["l[1], l[0]", { l: { L: [{ N: "1" }, { N: "2" }] } }],
    ["l[1]", { l: { L: [{ N: "2" }] } }],
    ["nope, m.nope, s.x, l[9]", {}],
  ])("%s", (text, wanted) => {
    const tree = expressions({ ProjectionExpression: text }).projection(text);
    expect(tree === undefined ? undefined : project(ITEM, tree)).toEqual(wanted);
  });

  it("refuses paths that overlap", () => {
    expect(() => expressions({ ProjectionExpression: "m.x, m" }).projection("m.x, m")).toThrow("Two document paths overlap");
  });
});
