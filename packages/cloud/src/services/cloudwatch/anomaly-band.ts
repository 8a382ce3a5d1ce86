/**
 * The band of what is expected of a metric. CloudWatch trains a model on two weeks of a metric and gives neither it nor its seasons away; here the
 * band at a time is the mean of the values of the two weeks before, plus and minus so many of their standard deviations. Pure.
 */
import type { Series } from "./math.ts";

export const TRAINING_MS = 14 * 24 * 3600 * 1000;
/** With fewer values before it a time has no band. */
export const TRAINING_POINTS_MIN = 3;

export interface Band {
  readonly upper: Series;
  readonly lower: Series;
}

/** `known` reaches back two weeks before the first of `times`; `isLeftOut` says which of its times teach nothing. */
export function bandOf(
  known: Series,
  times: readonly number[],
  deviations: number,
  isLeftOut: (time: number) => boolean = () => false,
): Band {
  const points = [...known].filter(([time]) => !isLeftOut(time)).sort(([a], [b]) => a - b);
  const upper = new Map<number, number>();
  const lower = new Map<number, number>();
  // Sums over a window that slides along: deviations are taken from the first value, so that large ones lose no digits.
  const origin = points[0]?.[1] ?? 0;
  let [from, to, sum, squares] = [0, 0, 0, 0];
  for (const time of [...times].sort((a, b) => a - b)) {
    for (let point = points[to]; point !== undefined && point[0] < time; point = points[++to]) {
      sum += point[1] - origin;
      squares += (point[1] - origin) ** 2;
    }
    for (let point = points[from]; point !== undefined && from < to && point[0] < time - TRAINING_MS; point = points[++from]) {
      sum -= point[1] - origin;
      squares -= (point[1] - origin) ** 2;
    }
    const count = to - from;
    if (count < TRAINING_POINTS_MIN) continue;
    const mean = sum / count;
    const width = deviations * Math.sqrt(Math.max(0, squares / count - mean * mean));
    upper.set(time, origin + mean + width);
    lower.set(time, origin + mean - width);
  }
  return { upper, lower };
}
