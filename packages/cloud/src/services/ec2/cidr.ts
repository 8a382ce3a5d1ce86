/** IPv4 blocks. Pure. */

/** Addresses `first` to `last` as numbers; `text` in the form that EC2 keeps (`10.0.1.7/16` -> `10.0.0.0/16`). */
export interface Block {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
  readonly text: string;
}

/** undefined when the text is no `a.b.c.d/n`. */
export function parseBlock(text: string): Block | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (found === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = found.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const address = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const first = address - (address % size);
  return { first, last: first + size - 1, prefix, text: `${addressText(first)}/${prefix}` };
}

/** `10.0.0.4` of a number. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export const overlap = (a: Block, b: Block) => a.first <= b.last && b.first <= a.last;
export const within = (inner: Block, outer: Block) => outer.first <= inner.first && inner.last <= outer.last;
