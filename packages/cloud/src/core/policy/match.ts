/** Wildcards, variables and ARNs of policies. IAM user guide, "IAM JSON policy elements: Resource", "Variables and tags". Pure. */

/** `*` any characters, `?` one. */
export function matchesWildcard(pattern: string, text: string, ignoreCase = false): boolean {
  if (pattern === "*") return true;
  if (!/[*?]/.test(pattern)) return ignoreCase ? pattern.toLowerCase() === text.toLowerCase() : pattern === text;
  return glob(ignoreCase ? pattern.toLowerCase() : pattern, ignoreCase ? text.toLowerCase() : text);
}

/** Greedy with one step back: O(pattern × text) at worst, whatever the pattern. */
function glob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === "*") {
      star = p++;
      mark = t;
    } else if (wanted === "?" || wanted === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Each of the six parts by itself: a `*` in the region doesn't reach into the account. The last part takes colons. */
export function matchesArn(pattern: string, text: string): boolean {
  if (pattern === "*") return true;
  const wanted = pattern.split(":");
  const found = text.split(":");
  // A pattern that is cut short (`arn:aws:s3:*`) stands for all that begins so; a star in its middle does not fill missing parts.
  if (wanted.length < 6) return pattern.endsWith("*") && matchesWildcard(pattern, text);
  if (found.length < 6) return matchesWildcard(pattern, text);
  for (let i = 0; i < 5; i++) if (!matchesWildcard(wanted[i] ?? "", found[i] ?? "")) return false;
  return matchesWildcard(wanted.slice(5).join(":"), found.slice(5).join(":"));
}

/** Actions compare without case. */
export function matchesAction(pattern: string, action: string): boolean {
  return pattern === "*" || matchesWildcard(pattern, action, true);
}

export type Values = { readonly [key: string]: readonly string[] };

/** Condition keys and variables compare without case. */
export function valuesOf(context: Values, key: string): readonly string[] | undefined {
  return context[key.toLowerCase()];
}

/**
 * `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`. undefined when a variable has no value: the text then matches nothing.
 * A substituted value's own wildcards stay literal only in `${*}`, `${?}`, `${$}`; AWS treats tag values likewise as given.
 */
export function substitute(text: string, context: Values): string | undefined {
  if (!text.includes("${")) return text;
  let isMissing = false;
  const out = text.replace(/\$\{([^}]*)\}/g, (_all, inner: string) => {
    if (inner === "*" || inner === "?" || inner === "$") return inner;
    const found = /^\s*([^,]+?)\s*(?:,\s*'(.*)')?\s*$/.exec(inner);
    const values = found === null ? undefined : valuesOf(context, found[1] ?? "");
    const value = values?.length === 1 ? values[0] : found?.[2];
    if (value === undefined) isMissing = true;
    return value ?? "";
  });
  return isMissing ? undefined : out;
}
