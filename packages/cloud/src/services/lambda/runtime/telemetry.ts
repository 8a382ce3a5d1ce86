/**
 * The Telemetry API and its elder sister, the Logs API: an extension subscribes, and gets what the platform, the function and the extensions say as
 * batches of JSON over HTTP. Lambda developer guide, "Lambda Telemetry API reference" (read 2026-11-21).
 */
import { request } from "node:http";

/** The name that destinations have on AWS; it is this machine. */
const SANDBOX_HOST = /^sandbox(\.localdomain)?$/;
const TYPES = ["platform", "function", "extension"];
const BUFFER = { maxItems: 10_000, timeoutMs: 1000 };
const LIMITS = { maxItems: [1000, 10_000], timeoutMs: [25, 30_000] } as const;

export type EventType = "platform" | "function" | "extension";

interface TelemetryEvent {
  readonly time: string;
  readonly type: string;
  readonly record: unknown;
}

/** What is wrong with a subscription, as the API answers it. */
export class BadSubscription extends Error {}

function number(value: unknown, name: keyof typeof LIMITS): number {
  if (value === undefined) return BUFFER[name];
  const [least, most] = LIMITS[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    throw new BadSubscription(`${name} should be an integer between ${least} and ${most}`);
  return value;
}

function data(value: unknown): { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null ? (value as { readonly [member: string]: unknown }) : {};
}

/** One extension's subscription: gathers, and sends when there is enough or it has waited long enough. */
export class Subscription {
  readonly types: readonly string[];
  readonly #destination: URL;
  readonly #maxItems: number;
  readonly #timeoutMs: number;
  #waiting: TelemetryEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Throws BadSubscription. */
  constructor(body: unknown) {
    const { types, buffering, destination } = data(body);
    if (!Array.isArray(types) || types.length === 0 || types.some((type) => !TYPES.includes(String(type))))
      throw new BadSubscription(`types should be a list of ${TYPES.join(", ")}`);
    this.types = types.map(String);
    this.#maxItems = number(data(buffering).maxItems, "maxItems");
    this.#timeoutMs = number(data(buffering).timeoutMs, "timeoutMs");
    const { protocol, URI } = data(destination);
    if (protocol !== "HTTP" || typeof URI !== "string" || !URL.canParse(URI))
      throw new BadSubscription("destination should have the protocol HTTP and a URI");
    this.#destination = new URL(URI);
    if (!SANDBOX_HOST.test(this.#destination.hostname)) throw new BadSubscription("URI host should be sandbox.localdomain");
    this.#destination.hostname = "127.0.0.1";
  }

  add(of: EventType, event: TelemetryEvent): void {
    if (!this.types.includes(of)) return;
    this.#waiting.push(event);
    if (this.#waiting.length >= this.#maxItems) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#timeoutMs).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const body = JSON.stringify(this.#waiting);
    this.#waiting = [];
    const sent = request(this.#destination, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    });
    // A listener that is not there loses its events, as on AWS once its buffer is full.
    sent.on("error", () => {});
    sent.on("response", (response) => response.resume());
    sent.end(body);
  }
}
