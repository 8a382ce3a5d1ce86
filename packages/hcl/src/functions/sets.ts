import { Members, setFrom } from "../values/collections.ts";
import { elementsOf, isElements } from "../values/contents.ts";
import { unifyTypes } from "../values/conversion.ts";
import { isWhollyKnown } from "../values/deep.ts";
import { Gathered } from "../values/limits.ts";
import { lengthBounds, refined } from "../values/refinement.ts";
import { DYNAMIC, listOf, setOf, type Type, tupleOf } from "../values/type.ts";
import {
  DYNAMIC_UNKNOWN,
  listVal,
  type Marks,
  tupleVal,
  unknownNotNull,
  unknownVal,
  type Val,
  withMarks,
} from "../values/value.ts";
import { convertOrBlame } from "./convert-or-blame.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import { knownLength } from "./lengths.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

function elementType(type: Type): Type {
  return "element" in type ? type.element : DYNAMIC;
}

function setOperationType(sets: readonly Val[]): Type {
  const elements = sets
    .filter(({ type, raw }) => !(elementType(type).kind === "dynamic" && isElements(raw) && raw.length === 0))
    .map(({ type }) => elementType(type));
  if (elements.length === 0) return setOf(DYNAMIC);
  const common = unifyTypes(elements);
  if (common === undefined) throw new FunctionError("given sets must all have compatible element types");
  return setOf(common.type);
}

type Elements = readonly Val[];

function setOperation(
  description: string,
  combine: (a: Elements, b: Elements) => Elements,
  shape: Pick<LanguageFunction, "parameters" | "variadic">,
  allowsUnknownElements = false,
): LanguageFunction {
  return {
    description,
    ...shape,
    returns: setOperationType,
    isNeverNull: true,
    implementation(sets, returns) {
      const converted = sets.map((set, i) => convertOrBlame(set, returns, i));
      if (!allowsUnknownElements && !converted.every(isWhollyKnown)) return unknownVal(returns);
      const element = elementType(converted[0]?.type ?? returns);
      return setFrom(element, converted.map(elementsOf).reduce(combine));
    },
  };
}

function common(a: Elements, b: Elements): Elements {
  const members = new Members(b);
  return a.filter((element) => members.has(element));
}
function rest(a: Elements, b: Elements): Elements {
  const members = new Members(b);
  return a.filter((element) => !members.has(element));
}

const SET = setOf(DYNAMIC);
const MANY = { parameters: [parameter("first_set", SET, "dynamic")], variadic: parameter("other_sets", SET, "dynamic") };
const TWO = { parameters: [parameter("a", SET, "dynamic"), parameter("b", SET, "dynamic")] };

const setproduct: LanguageFunction = {
  description: "Every combination of one element of each of several sets or lists.",
  parameters: [],
  variadic: parameter("sets", DYNAMIC, "marked", "unknown"),
  returns: productType,
  isNeverNull: true,
  implementation(sets, returns) {
    const marks: Marks = sets.reduce<Val>((marked, set) => withMarks(marked, set.marks), DYNAMIC_UNKNOWN).marks;
    if (sets.some((set) => knownLength(set) === undefined || !isElements(set.raw))) {
      return withMarks(unknownProduct(sets, returns), marks);
    }
    new Gathered().addMany(sets.reduce((count, set) => count * (knownLength(set) ?? 1), 1));
    const tuple = elementType(returns);
    const types = tuple.kind === "tuple" ? tuple.elements : [];
    const product = sets.reduce<readonly Elements[]>(
      (rows, set, i) =>
        rows.flatMap((row) => elementsOf(set).map((element) => [...row, convertOrBlame(element, types[i] ?? element.type, i)])),
      [[]],
    );
    const tuples = product.map(tupleVal);
    const element = tuples[0]?.type ?? tuple;
    return withMarks(returns.kind === "set" ? setFrom(element, tuples) : listVal(element, tuples), marks);
  },
};

function productType(sets: readonly Val[]): Type {
  if (sets.length < 2) throw new FunctionError("at least two arguments are required");
  const types = sets.map(({ type }, i) => {
    if (type.kind === "set" || type.kind === "list") return type.element;
    if (type.kind !== "tuple") throw new FunctionError("a set or a list is required", i);
    if (type.elements.length === 0) return DYNAMIC;
    const common = unifyTypes(type.elements);
    if (common === undefined) throw new FunctionError("all elements must be of the same type", i);
    return common.type;
  });
  return sets.some(({ type }) => type.kind === "set") ? setOf(tupleOf(types)) : listOf(tupleOf(types));
}

const ARGUMENT_LENGTH_MAX = 1024;
const PRODUCT_LENGTH_MAX = 2048;

/** Where all lengths have bounds that are not too large, so has the product. */
function unknownProduct(sets: readonly Val[], type: Type): Val {
  let most = 1;
  for (const set of sets) {
    const max = set.type.kind === "tuple" ? set.type.elements.length : lengthBounds(set).max;
    if (max > ARGUMENT_LENGTH_MAX) return unknownVal(type);
    most *= max;
    if (most > PRODUCT_LENGTH_MAX) return unknownVal(type);
  }
  return refined(unknownNotNull(type), { lengthMin: Math.min(most, 1), lengthMax: most });
}

export const SET_FUNCTIONS: FunctionTable = {
  setintersection: setOperation("The elements that all of several sets have.", common, MANY),
  setproduct,
  setsubtract: setOperation("The elements of one set that another has not.", rest, TWO),
  setunion: setOperation("The elements of several sets in one.", (a, b) => [...a, ...b], MANY, true),
};
