/** Versions and version constraints as Terraform writes them (its documentation, "Version Constraints"). Pure. */

export interface Version {
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** `beta1`; such a version is only taken where it is asked for exactly. */
  readonly prerelease: string;
}

/** `5.100.0`, `v6.0.0-beta1`; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, prerelease = ""] =
    /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return { text: text.replace(/^v/, ""), numbers: [Number(major), Number(minor), Number(patch)], prerelease };
}

/** Below 0: `a` is older. A release is newer than its prereleases; these are in the order of their parts. */
export function compareVersions(a: Version, b: Version): number {
  const byNumbers = compareNumbers(a.numbers, b.numbers);
  if (byNumbers !== 0 || a.prerelease === b.prerelease) return byNumbers;
  if (a.prerelease === "" || b.prerelease === "") return a.prerelease === "" ? 1 : -1;
  return a.prerelease.localeCompare(b.prerelease, "en", { numeric: true });
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const TERM = /^\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?\s*$/;

/** Whether a version is one that `>= 5.0, < 6.0` allows; a constraint that cannot be read allows none, an empty one all releases. */
export function satisfies(version: Version, constraint: string): boolean {
  const terms = constraint.split(",").filter((term) => term.trim() !== "");
  if (version.prerelease !== "" && !terms.some((term) => isExactly(version, term))) return false;
  return terms.every((term) => allows(version, term));
}

function isExactly(version: Version, term: string): boolean {
  const wanted = parseVersion(term.replace(/^\s*=/, "").trim());
  return wanted !== undefined && compareVersions(version, wanted) === 0;
}

function allows(version: Version, term: string): boolean {
  const [, operator = "=", major, minor, patch, prerelease = ""] = TERM.exec(term) ?? [];
  if (major === undefined) return false;
  const wanted: Version = { text: term, numbers: [Number(major), Number(minor ?? 0), Number(patch ?? 0)], prerelease };
  const order = compareVersions(version, wanted);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    default:
      // `~> 5.1` stays below 6, `~> 5.1.2` below 5.2; only the last part given may grow.
      if (order < 0) return false;
      if (minor !== undefined && version.numbers[0] !== wanted.numbers[0]) return false;
      return patch === undefined || version.numbers[1] === wanted.numbers[1];
  }
}
