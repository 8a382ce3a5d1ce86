/** Characters that a name must have for its likeness to the beginning of a longer one to mean something. */
const PREFIX_MIN = 5;
/** Characters that a candidate must have to be meant where a name only holds it. */
const PART_MIN = 3;

/** The candidate that is most like `name` (edit distance, case put aside), if any is near enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = farthest + 1;
  for (const candidate of candidates) {
    const distance = likeness(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? partOf(wanted, candidates);
}

/** The longest candidate that `name` ends or begins with: `tableName` of a table means `name`. */
function partOf(wanted: string, candidates: Iterable<string>): string | undefined {
  const parts = [...candidates].filter((candidate) => {
    const part = candidate.toLowerCase();
    return part.length >= PART_MIN && (wanted.endsWith(part) || wanted.startsWith(part));
  });
  return parts.sort((a, b) => b.length - a.length)[0];
}

/** Distance to the whole, or (at the price of one step more) to as much of the candidate as is as long: `visibilityTimout` means `visibilityTimeoutSeconds`. */
function likeness(wanted: string, candidate: string, enough: number): number {
  const whole = Math.abs(candidate.length - wanted.length) < enough ? editDistance(wanted, candidate) : enough;
  if (wanted.length < PREFIX_MIN || candidate.length <= wanted.length + 1) return whole;
  return Math.min(
    whole,
    1 +
      Math.min(
        editDistance(wanted, candidate.slice(0, wanted.length)),
        editDistance(wanted, candidate.slice(0, wanted.length + 1)),
      ),
  );
}

/** Levenshtein distance with two rows. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
