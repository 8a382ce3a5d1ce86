import { createHash } from "node:crypto";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import { type Backend, DEFAULT_WORKSPACE, type Refusal, type StateLock, type StateStorage, type StorageLock } from "./backend.ts";
import { backendFailed, lockJson, parseLock } from "./lock-text.ts";

/**
 * Terraform's backend `http` (GitLab's managed state): one state behind a URL, locked by two more. Behaviour and texts: OpenTofu,
 * `internal/backend/remote-state/http/client.go` (MPL, read 2026-11).
 */

export interface HttpStateRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: Uint8Array;
  readonly headers: { readonly [name: string]: string };
}

export interface HttpStateAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Of the header `Content-MD5`. */
  readonly md5?: string;
}

export interface HttpBackendOptions {
  readonly address: string;
  /** Default POST. */
  readonly updateMethod: string;
  /** Absent: the state is not locked. */
  readonly lock?: { readonly address: string; readonly method: string };
  readonly unlock?: { readonly address: string; readonly method: string };
  /** One request with its repeats; throws Error where there is no answer. */
  send(request: HttpStateRequest): Promise<HttpStateAnswer>;
}

export function createHttpBackend(options: HttpBackendOptions): Backend {
  const noWorkspaces = () => {
    throw backendFailed("Workspaces are not supported", 'workspaces not supported: the backend "http" has one state.');
  };
  return {
    type: "http",
    workspaces: async () => noWorkspaces(),
    storage: (workspace) => (workspace === DEFAULT_WORKSPACE ? new HttpStorage(options) : noWorkspaces()),
    addWorkspace: async () => noWorkspaces(),
    removeWorkspace: async () => noWorkspaces(),
    close: () => undefined,
  };
}

class HttpStorage implements StateStorage {
  readonly place: string;
  readonly lock?: StorageLock;
  readonly #options: HttpBackendOptions;
  #held: StateLock | undefined;

  constructor(options: HttpBackendOptions) {
    this.#options = options;
    this.place = withoutKeys(options.address);
    const { lock } = options;
    if (lock !== undefined)
      this.lock = {
        path: "",
        outlivesHolder: true,
        acquire: (wanted) => this.#acquire(lock, wanted),
        release: (id) => this.#release(id),
      };
  }

  async read(): Promise<Uint8Array | undefined> {
    const answer = await this.#send("Error loading state", { method: "GET", url: this.#options.address, headers: {} });
    if (answer.status === 204 || answer.status === 404) return undefined;
    if (answer.status !== 200) throw refused("Error loading state", answer.status);
    if (answer.body.length === 0) return undefined;
    if (answer.md5 !== undefined && answer.md5 !== md5(answer.body))
      throw backendFailed("Error loading state", `The state at ${this.place} came with another Content-MD5 than it has.`);
    return answer.body;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const url = new URL(this.#options.address);
    if (this.#held !== undefined) url.searchParams.set("ID", this.#held.ID);
    const headers = { "Content-Type": "application/json", "Content-MD5": md5(bytes) };
    try {
      const { status } = await this.#options.send({ method: this.#options.updateMethod, url: url.href, body: bytes, headers });
      if (![200, 201, 204].includes(status)) throw new Error(`HTTP error: ${status}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const detail = `failed to upload state to ${this.place}: ${reason}`;
      throw new DiagnosticError(errorDiagnostic("DVT5005", "Error saving state", { detail }), { cause: error });
    }
  }

  async #acquire({ address, method }: { readonly address: string; readonly method: string }, lock: StateLock) {
    const answer = await this.#ask("Error acquiring the state lock", address, method, lockJson(lock));
    if (answer.status === 200) {
      this.#held = lock;
      return undefined;
    }
    if (answer.status !== 423 && answer.status !== 409) throw refused("Error acquiring the state lock", answer.status);
    const holder = parseLock(Buffer.from(answer.body).toString("utf8"));
    const message =
      holder === undefined ? "HTTP remote state already locked" : `HTTP remote state already locked: ID=${holder.ID}`;
    const refusal: Refusal = { message, ...(holder === undefined ? {} : { holder }) };
    return refusal;
  }

  async #release(id: string): Promise<void> {
    const body = this.#held?.ID === id ? lockJson(this.#held) : JSON.stringify({ ID: id });
    this.#held = undefined;
    const { unlock } = this.#options;
    if (unlock === undefined) return;
    const { status } = await this.#ask("Failed to unlock state", unlock.address, unlock.method, body);
    if (status !== 200) throw refused("Failed to unlock state", status);
  }

  #ask(summary: string, url: string, method: string, text: string): Promise<HttpStateAnswer> {
    const body = Buffer.from(text);
    return this.#send(summary, { method, url, body, headers: { "Content-Type": "application/json", "Content-MD5": md5(body) } });
  }

  async #send(summary: string, request: HttpStateRequest): Promise<HttpStateAnswer> {
    try {
      return await this.#options.send(request);
    } catch (error) {
      if (error instanceof DiagnosticError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw backendFailed(summary, `${request.method} ${withoutKeys(request.url)}: ${reason}`, undefined, error);
    }
  }
}

function refused(summary: string, status: number): DiagnosticError {
  if (status === 401)
    return backendFailed(
      summary,
      "HTTP remote state endpoint requires auth",
      "Give username and password, or TF_HTTP_USERNAME and TF_HTTP_PASSWORD.",
    );
  if (status === 403) return backendFailed(summary, "HTTP remote state endpoint invalid auth");
  return backendFailed(summary, `Unexpected HTTP response code ${status}`);
}

/** The address as it may be shown: what stands before its host is secret. */
export function withoutKeys(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("base64");
}
