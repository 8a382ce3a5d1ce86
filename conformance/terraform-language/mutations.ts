// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/** Good files with pieces taken out, put in and moved, drawn from a seed. `N` in a name becomes the case's number. */
const GOOD: readonly string[] = [
  `locals {
  aN = [for k, v in { x = 1, "y" : 2 } : upper("\${k}-\${v}") if v != 2]
  bN = <<-EOT
    hello %{ if true ~} yes %{ else } no %{ endif }
      \${aN[0].foo.*.bar} $\${escaped}
  EOT
}
`,
  `locals {
  cN = { for s in ["a", "b"] : s => f(s, [1, 2]...)... if true }
  dN = true ? -1.5e3 : (2 + 3) * 4 % 5 # comment
  eN = a.b[0]["k"].c[*].d /* block */ && !x || y >= 2
}
`,
  `locals {
  fN = provider::aws::f("a\\tb\\u00e9", null, [
    1, 2,
    { a = 1, b : "x", (c) = d }
  ])
  gN = "%{ for i, x in list ~}\${i}=\${x},%{ endfor }"
}
locals { hN = 1 }
`,
];

const PIECES: readonly string[] = [
  ..."{}[](),:=.*?\"\\'&#$%-!1a\n\t é".split(""),
  ...["${", "%{", "~}", "=>", "...", "for", "if", "in", "<<E\n", "E\n", "EOT", "::", "/*", "*/", "\r\n"],
];

/** Numbers of a linear congruential generator: the same for the same seed, everywhere. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function mutations(seed: number, count: number): ReadonlyMap<string, string> {
  const below = numbersFrom(seed);
  const one = (texts: readonly string[]): string => texts[below(texts.length)] ?? "";
  const cases = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    let text = one(GOOD).replaceAll("N", String(i));
    for (let edits = 1 + below(3); edits > 0; edits--) text = edited(text, below, one);
    cases.set(`m${i}.tf`, text);
  }
  return cases;
}

function edited(text: string, below: (limit: number) => number, one: (texts: readonly string[]) => string): string {
  const at = below(text.length);
  switch (below(3)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + below(4));
    case 1:
      return text.slice(0, at) + one(PIECES) + text.slice(at);
    default: {
      const from = below(text.length);
      return text.slice(0, at) + text.slice(from, from + below(8)) + text.slice(at + below(3));
    }
  }
}
