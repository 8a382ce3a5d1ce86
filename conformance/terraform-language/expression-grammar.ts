// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/** Random expressions of the language: mostly such as make sense, for calls whose arguments have no right kind answer only errors. */
import fc from "fast-check";

type Text = fc.Arbitrary<string>;
/** What a parameter wants: text, number, bool, list, map, anything; small letters stand for one. */
type Kind = "t" | "n" | "b" | "l" | "m" | "a";

const TEXTS = [
  ..." | |a|b|ab|abc|hello world|Hello|10|1.5|-3|true|false|TRUE|x-y_z|a,b,,c|a=b|a/b/c.txt|../x|~/x|é|e\u0301|ß|👋🏽|日本語|\u00a0x".split(
    "|",
  ),
  "line\nline2\n",
  "\t tab",
  'q"uote\\',
  "%s-%d",
  "%05.2f|%v",
  "10.0.0.0/8",
  "192.168.1.0/24",
  "fd00::/64",
  "2020-02-29T12:30:00Z",
  "2001-01-01T00:00:00+05:30",
  "1h30m",
  "YYYY-MM-DD",
  '{"a":[1,2.50,null]}',
  "[1, 2",
  "a: [1, x]\nb: ~",
  "- 1\n- 2",
  "a,b\n1,2",
  "[a-z]+",
  "(a)|(b)",
  "(?P<n>.)",
  "/[aeiou]/",
  "SGVsbG8=",
  "<&>",
  "0x1F",
  "1e3",
  "dns",
];

/** A text between quotes. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

const text: Text = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
  )
  .map(quoted);
const number: Text = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(..."0 1 2 3 -1 10 255 0.1 0.5 1.5 2.675 -2.5 1e3 1e21 1e-7 123456789.987654321 1024".split(" ")),
  },
  { weight: 2, arbitrary: fc.integer({ min: -1000, max: 1000 }).map(String) },
  { weight: 1, arbitrary: fc.tuple(fc.integer(), fc.nat({ max: 999_999 })).map(([whole, fraction]) => `${whole}.${fraction}`) },
);
const bool: Text = fc.constantFrom("true", "false");
/** Not known in a plan. */
const UNKNOWN: Text = fc.constantFrom(
  "timestamp()",
  '"x-${timestamp()}"',
  "uuid()",
  "split(timestamp(), uuid())",
  "jsondecode(timestamp())",
);
const name: Text = fc.constantFrom("a", "b", "c", "k1", "A");

/** Parameters of each function; the last kind repeats where a `*` follows it. Those that draw at random or read files are left out. */
const FUNCTIONS: { readonly [name: string]: string } = {
  abs: "n",
  ceil: "n",
  floor: "n",
  max: "n*",
  min: "n*",
  signum: "n",
  parseint: "tn",
  chomp: "t",
  endswith: "tt",
  format: "ta*",
  formatlist: "ta*",
  indent: "nt",
  join: "tl*",
  lower: "t",
  regex: "tt",
  regexall: "tt",
  replace: "ttt",
  split: "tt",
  startswith: "tt",
  strcontains: "tt",
  strrev: "t",
  substr: "tnn",
  title: "t",
  trim: "tt",
  trimprefix: "tt",
  trimspace: "t",
  trimsuffix: "tt",
  upper: "t",
  alltrue: "l",
  anytrue: "l",
  chunklist: "ln",
  coalesce: "a*",
  coalescelist: "l*",
  compact: "l",
  concat: "l*",
  contains: "la",
  distinct: "l",
  flatten: "l",
  index: "la",
  keys: "m",
  length: "a",
  lookup: "mta",
  matchkeys: "lll",
  merge: "m*",
  one: "l",
  range: "nnn",
  reverse: "l",
  setintersection: "l*",
  setproduct: "ll",
  setsubtract: "ll",
  setunion: "l*",
  slice: "lnn",
  sort: "l",
  sum: "l",
  transpose: "m",
  values: "m",
  zipmap: "ll",
  base64decode: "t",
  base64encode: "t",
  base64gzip: "t",
  textencodebase64: "tt",
  csvdecode: "t",
  jsondecode: "t",
  jsonencode: "a",
  urlencode: "t",
  yamlencode: "a",
  formatdate: "tt",
  timeadd: "tt",
  timecmp: "tt",
  md5: "t",
  sha1: "t",
  sha256: "t",
  sha512: "t",
  base64sha256: "t",
  base64sha512: "t",
  uuidv5: "tt",
  cidrhost: "tn",
  cidrnetmask: "t",
  cidrsubnet: "tnn",
  cidrsubnets: "tn*",
  can: "a",
  try: "a*",
  tobool: "a",
  tolist: "a",
  tomap: "a",
  tonumber: "a",
  toset: "a",
  tostring: "a",
  issensitive: "a",
  nonsensitive: "a",
  sensitive: "a",
  basename: "t",
  dirname: "t",
};

const DEPTH_MAX = 3;
/** Of operands that are known and no errors: since 1.12 the one side may make up for the other, before it did not. */
const LOGIC: Text = fc.tuple(bool, fc.constantFrom("&&", "||"), bool).map(([a, sign, b]) => `(${a} ${sign} !${b})`);
const COMPARISON = ["==", "!=", "<", "<=", ">", ">="];

/** Made once for each kind and depth, since each is made of many. */
const made = new Map<string, Text>();

function ofKind(kind: Kind, depth: number): Text {
  const key = `${kind}${depth}`;
  const known = made.get(key) ?? makeOfKind(kind, depth);
  made.set(key, known);
  return known;
}

function makeOfKind(kind: Kind, depth: number): Text {
  const literal = literalOf(kind, depth);
  if (depth <= 0) return literal;
  return fc.oneof(
    { weight: 5, arbitrary: literal },
    { weight: kind === "a" ? 8 : 2, arbitrary: call(depth - 1) },
    { weight: 2, arbitrary: operationOf(kind, depth - 1) },
    { weight: 1, arbitrary: ofAnyKind(depth - 1) },
  );
}

function ofAnyKind(depth: number): Text {
  return fc.constantFrom<Kind>("t", "n", "b", "l", "m").chain((kind) => ofKind(kind, depth));
}

function literalOf(kind: Kind, depth: number): Text {
  switch (kind) {
    case "t":
      return fc.oneof({ weight: 12, arbitrary: text }, { weight: 1, arbitrary: UNKNOWN });
    case "n":
      return number;
    case "b":
      return bool;
    case "l":
      return list(depth - 1);
    case "m":
      return map(depth - 1);
    case "a":
      return fc.oneof(text, number, bool, fc.constant("null"), ...(depth > 0 ? [list(depth - 1), map(depth - 1)] : []));
  }
}

function list(depth: number): Text {
  const elements = fc.constantFrom<Kind>("t", "n", "t", "n", "b", "l", "m", "a").chain((kind) => {
    return fc.array(depth > 0 ? ofKind(kind, depth - 1) : literalOf(kind, 0), { maxLength: 4 });
  });
  return fc
    .tuple(elements, fc.constantFrom("", "", "", "tolist", "toset"))
    .map(([parts, around]) => wrapped(around, `[${parts.join(", ")}]`));
}

function map(depth: number): Text {
  const pair = fc.tuple(name, ofKind("a", depth - 1)).map(([key, value]) => `${key} = ${value}`);
  return fc
    .tuple(fc.uniqueArray(pair, { maxLength: 3, selector: (line) => line.split(" ")[0] }), fc.constantFrom("", "", "", "tomap"))
    .map(([pairs, around]) => wrapped(around, `{${pairs.join(", ")}}`));
}

function wrapped(around: string, inner: string): string {
  return around === "" ? inner : `${around}(${inner})`;
}

function call(depth: number): Text {
  return fc.constantFrom(...Object.entries(FUNCTIONS)).chain(([called, kinds]) => {
    const fixed = kinds.endsWith("*") ? kinds.slice(0, -2) : kinds;
    const repeated = kinds.endsWith("*") ? kinds.at(-2) : undefined;
    const parts = fc.tuple(...[...fixed].map((kind) => ofKind(kindNamed(kind), depth)));
    const more = repeated === undefined ? fc.constant([]) : fc.array(ofKind(kindNamed(repeated), depth), { maxLength: 3 });
    return fc.tuple(parts, more).map(([first, rest]) => `${called}(${[...first, ...rest].join(", ")})`);
  });
}

function kindNamed(letter: string): Kind {
  return letter === "t" || letter === "n" || letter === "b" || letter === "l" || letter === "m" ? letter : "a";
}

function operationOf(kind: Kind, depth: number): Text {
  const of = (wanted: Kind): Text => ofKind(wanted, depth);
  const nonzero = fc.constantFrom("2", "3", "7", "-4", "0.3", "1e5");
  const operations: { readonly [kind in Kind]: Text } = {
    t: fc.tuple(of("a"), of("t")).map(([inner, rest]) => `"<\${${inner}}>\${${rest}}"`),
    n: fc.oneof(
      fc.tuple(of("n"), fc.constantFrom("+", "-", "*"), of("n")).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(of("n"), fc.constantFrom("/", "%"), nonzero).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      of("n").map((a) => `-(${a})`),
    ),
    b: fc.oneof(
      fc.tuple(of("a"), fc.constantFrom(...COMPARISON), of("a")).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc.tuple(of("n"), fc.constantFrom(...COMPARISON), of("n")).map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      LOGIC,
      of("b").map((a) => `!(${a})`),
    ),
    l: fc.oneof(
      fc.tuple(of("l"), of("a")).map(([over, body]) => `[for x in ${over} : [x, ${body}]]`),
      of("m").map((over) => `[for k, v in ${over} : v if k != "b"]`),
      of("l").map((over) => `${over}[*]`),
    ),
    m: fc.oneof(
      of("l").map((over) => `{for i, x in ${over} : i => x}`),
      of("m").map((over) => `{for k, v in ${over} : upper(k) => v...}`),
    ),
    a: fc.oneof(
      fc.tuple(of("b"), of("a"), of("a")).map(([condition, a, b]) => `(${condition} ? ${a} : ${b})`),
      fc.tuple(of("l"), fc.constantFrom("0", "1", "-1", '"0"')).map(([over, key]) => `${over}[${key}]`),
      fc.tuple(of("m"), name).map(([over, key]) => `${over}["${key}"]`),
      fc.tuple(of("m"), name).map(([over, key]) => `${over}.${key}`),
      fc.tuple(of("l"), fc.nat({ max: 5 })).map(([over, at]) => `element(${over}, ${at})`),
    ),
  };
  return operations[kind];
}

/** An expression; the same seed gives the same one. */
export const expression: Text = ofKind("a", DEPTH_MAX);
