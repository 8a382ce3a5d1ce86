import {
  DYNAMIC,
  FunctionError,
  formatSource,
  isElements,
  isEntries,
  isIdentifier,
  isUnknown,
  isWhollyKnown,
  type LanguageFunction,
  NO_SCOPE,
  objectVal,
  parseNative,
  quoteText,
  STRING,
  stringVal,
  unknownVal,
  type Val,
  writeExpression,
} from "@dovetail/hcl";
import { type Diagnostic, hasErrors } from "@dovetail/model";
import { placeText } from "../configuration/problems.ts";

/** The functions of the provider that Terraform has built in (`provider::terraform::encode_tfvars`). Pure. */

const SOURCE = "<decode_tfvars argument>";

const encodeTfvars: LanguageFunction = {
  description: "An object as the text of a .tfvars file.",
  parameters: [{ name: "value", type: DYNAMIC, allowsDynamic: true }],
  returns: STRING,
  implementation([value]) {
    const raw = value?.raw;
    if (value === undefined || isUnknown(value)) return unknownVal(STRING);
    if (raw === undefined || !isEntries(raw))
      throw new FunctionError(
        "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
      );
    const bad = [...raw.keys()].find((name) => !isIdentifier(name));
    if (bad !== undefined)
      throw new FunctionError(
        `invalid variable name ${JSON.stringify(bad)}: must be a valid identifier, per Terraform's rules for input variable declarations`,
      );
    if (!isWhollyKnown(value)) return unknownVal(STRING);
    const lines = [...raw].sort(byName).map(([name, each]) => `${name} = ${text(each)}\n`);
    return stringVal(formatSource(lines.join("")).text);
  },
};

const encodeExpression: LanguageFunction = {
  description: "A value as an expression that gives it.",
  parameters: [{ name: "value", type: DYNAMIC, allowsDynamic: true }],
  returns: STRING,
  implementation([value]) {
    if (value === undefined || !isWhollyKnown(value)) return unknownVal(STRING);
    // The formatter knows files: the value of an argument in one.
    return stringVal(formatSource(`x = ${text(value)}\n`).text.slice("x = ".length, -1));
  },
};

const decodeTfvars: LanguageFunction = {
  description: "What the text of a .tfvars file gives, as an object.",
  parameters: [{ name: "src", type: STRING }],
  returns: ([source]) => (source === undefined || !isWhollyKnown(source) ? DYNAMIC : decoded(source).type),
  implementation: ([source]) => (source === undefined ? objectVal(new Map()) : decoded(source)),
};

export const TERRAFORM_FUNCTIONS: ReadonlyMap<string, LanguageFunction> = new Map([
  ["decode_tfvars", decodeTfvars],
  ["encode_expr", encodeExpression],
  ["encode_tfvars", encodeTfvars],
]);

function byName([a]: readonly [string, Val], [b]: readonly [string, Val]): number {
  return a < b ? -1 : 1;
}

/** As hclwrite has it: everything on the line where it begins, but objects and maps over several. */
function text(value: Val): string {
  const { raw } = value;
  if (typeof raw === "string") return quoteText(raw);
  if (isEntries(raw)) {
    const lines = [...raw].sort(byName).map(([name, each]) => `${isIdentifier(name) ? name : quoteText(name)} = ${text(each)}\n`);
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}}`;
  }
  return isElements(raw) ? `[${raw.map(text).join(", ")}]` : writeExpression({ kind: "literal", value });
}

/** Throws FunctionError. */
function decoded(source: Val): Val {
  const { body, diagnostics } = parseNative(String(source.raw), SOURCE);
  refuse("invalid tfvars syntax", diagnostics);
  const { attributes, diagnostics: content } = body.justAttributes();
  refuse("invalid tfvars content", content);
  const values = [...attributes.values()].map(({ name, expression }): [string, Val] => {
    const { value, diagnostics: found } = expression.evaluate(NO_SCOPE);
    refuse(`invalid expression for variable ${JSON.stringify(name)}`, found);
    return [name, value];
  });
  return objectVal(new Map(values));
}

function refuse(what: string, diagnostics: readonly Diagnostic[]): void {
  if (!hasErrors(diagnostics)) return;
  const [first, ...others] = diagnostics;
  const place = first?.range === undefined ? "" : `${placeText({ ...first.range, file: SOURCE }, "")}: `;
  const more = others.length === 0 ? "" : `, and ${others.length} other diagnostic(s)`;
  throw new FunctionError(`${what}: ${place}${first?.summary}; ${first?.detail ?? ""}${more}`);
}
