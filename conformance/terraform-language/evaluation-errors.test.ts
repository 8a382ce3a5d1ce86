/** What is wrong with an expression's value is told as the real terraform tells it. */
import {
  coreFunctions,
  type Expression,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  objectVal,
  parseNative,
  parseTemplate,
  type Scope,
  STRING,
  scopeOf,
  unknownVal,
  type Val,
} from "@dovetail/hcl";
import { seededRandom } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { hasTerraform } from "../terraform/dovetail.ts";
import { terraformSays, weSay } from "./validate.ts";
import { LOCALS, VARIABLES, WRONG_EXPRESSIONS } from "./wrong-expressions.ts";

const FUNCTIONS = Object.fromEntries(
  coreFunctions({ baseFolder: "/", now: () => 0, random: seededRandom(1), isPlanning: true, parseTemplate }),
);

/** The one argument of the one block of a file. */
function argumentsOf(text: string, file: string, type: string, labels: readonly string[]): ReadonlyMap<string, Expression> {
  const { blocks } = parseNative(text, file).body.content({ attributes: [], blocks: [{ type, labels }] });
  const attributes = blocks[0]?.body.justAttributes().attributes ?? new Map();
  return new Map([...attributes].map(([name, { expression }]) => [name, expression]));
}

function scope(): Scope {
  const functions = scopeOf({}, FUNCTIONS);
  const locals = [...argumentsOf(LOCALS, "locals.tf", "locals", [])].map(([name, expression]): [string, Val] => [
    name,
    expression.evaluate(functions).value,
  ]);
  const variables = {
    us: unknownVal(STRING),
    un: unknownVal(NUMBER),
    ul: unknownVal(listOf(STRING)),
    uo: unknownVal(objectOf({ a: STRING })),
    um: unknownVal(mapOf(STRING)),
  };
  return scopeOf({ local: objectVal(new Map(locals)), var: objectVal(variables) }, FUNCTIONS);
}

describe.skipIf(!hasTerraform())("errors of evaluation", () => {
  test(`${WRONG_EXPRESSIONS.length} expressions`, () => {
    const files = new Map(WRONG_EXPRESSIONS.map((text, i) => [`w${i}.tf`, `output "o${i}" {\n  value = ${text}\n}\n`]));
    const theirs = terraformSays(new Map([...files, ["locals.tf", LOCALS], ["variables.tf", VARIABLES]]));
    const names = scope();
    const different = [...files].flatMap(([file, text]) => {
      const said = theirs.get(file) ?? [];
      const expression = argumentsOf(text, file, "output", ["name"]).get("value");
      const ours = weSay(expression?.evaluate(names).diagnostics ?? []);
      return said.join("\n") === ours.join("\n") ? [] : [{ text, terraform: said, ours }];
    });
    expect(different).toEqual([]);
    expect([...files].filter(([file]) => theirs.get(file)?.length === 0)).toEqual([]);
  });
});
