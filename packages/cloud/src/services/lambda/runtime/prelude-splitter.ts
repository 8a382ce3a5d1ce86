import type { StreamSink } from "./sandbox.ts";

/** What stands between the JSON prelude and the body of a streamed HTTP answer. */
export const PRELUDE_END = Buffer.alloc(8);
const HTTP_INTEGRATION = "application/vnd.awslambda.http-integration-response";

/** Cuts the prelude off a raw stream whose content type says that it has one (runtimes that speak the Runtime API). */
export class PreludeSplitter {
  readonly #to: StreamSink;
  readonly #contentType: string | undefined;
  #held = Buffer.alloc(0);
  #isStarted = false;
  constructor(to: StreamSink, contentType: string | undefined) {
    this.#to = to;
    this.#contentType = contentType;
  }

  /** Throws SyntaxError when the prelude is no JSON. */
  push(bytes: Buffer): void {
    if (this.#isStarted) {
      this.#to.chunk(bytes);
      return;
    }
    if (this.#contentType !== HTTP_INTEGRATION) {
      this.#start({});
      this.#to.chunk(bytes);
      return;
    }
    this.#held = Buffer.concat([this.#held, bytes]);
    const end = this.#held.indexOf(PRELUDE_END);
    if (end < 0) return;
    this.#start({ prelude: JSON.parse(this.#held.toString("utf8", 0, end)) });
    const rest = this.#held.subarray(end + PRELUDE_END.length);
    this.#held = Buffer.alloc(0);
    if (rest.length > 0) this.#to.chunk(rest);
  }

  end(): void {
    if (!this.#isStarted) this.#start({});
    if (this.#held.length > 0) this.#to.chunk(this.#held);
  }

  #start(more: { prelude?: unknown }): void {
    this.#isStarted = true;
    this.#to.start({ ...(this.#contentType === undefined ? {} : { contentType: this.#contentType }), ...more });
  }
}
