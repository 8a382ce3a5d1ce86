const COMPACT_AFTER = 1000;

/** Bounds how much goes on at once; who waits is let in in the order of coming. */
export class Gate {
  readonly #limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #head = 0;

  constructor(limit: number) {
    this.#limit = Math.max(1, Math.floor(limit));
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((enter) => this.#waiting.push(enter));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    const next = this.#waiting[this.#head];
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#head += 1;
    if (this.#head > COMPACT_AFTER) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    next();
  }
}
