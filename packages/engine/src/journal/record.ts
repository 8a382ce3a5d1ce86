import { createHash } from "node:crypto";
import type { StateObject } from "../state/state.ts";
import { isJsonObject } from "../values/state-attributes.ts";
import type { WireValue } from "../values/wire.ts";

/**
 * What the journal keeps, one JSON record a line:
 *   {"sum":"<16 hex>","record":{"n":0,"kind":"begin",…}}
 * `sum` is the head of SHA-256 over the record's text; `n` counts from 0, so that a missing line shows.
 */
export type JournalRecord = BeginRecord | IntentRecord | PartialRecord | ResultRecord | CommitRecord;

export interface BeginRecord {
  readonly kind: "begin";
  readonly epoch: number;
  readonly operation: string;
  readonly lineage: string;
  /** Of the state that the results are folded into. */
  readonly serial: number;
  readonly app: string;
  readonly stage: string;
}

/** Where an object lives in the state, with all that is needed to make its entry. */
export interface Slot {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: number | string;
  /** In the state's form. */
  readonly provider: string;
  /** Local name for the provider registry. */
  readonly localProvider: string;
  /** Key of the deposed object that the operation is about; absent: the current one. */
  readonly deposed?: string;
}

/** About to call the provider. */
export interface IntentRecord {
  readonly kind: "intent";
  readonly op: number;
  readonly action: "create" | "update" | "delete";
  readonly slot: Slot;
  /** Of a create: what the object shall be. */
  readonly planned?: WireValue;
  /** Of a create-before-destroy create: the current object is deposed under this key when the create succeeds. */
  readonly deposes?: string;
  readonly dependencies: readonly string[];
  readonly createBeforeDestroy: boolean;
  readonly generation?: number;
}

/** The object exists; more is to follow. */
export interface PartialRecord {
  readonly kind: "partial";
  readonly op: number;
  readonly object: StateObject;
}

/** The provider answered: what the slot holds now. */
export interface ResultRecord {
  readonly kind: "result";
  readonly op: number;
  /** null: nothing (any more). Absent: the slot is as it was. */
  readonly object?: StateObject | null;
}

/** The state with this content hash (SHA-256, hex) has everything in it. */
export interface CommitRecord {
  readonly kind: "commit";
  readonly sha256: string;
}

const HEAD = '{"sum":"';
const SUM_LENGTH = 16;
const MIDDLE = '","record":';

export function encodeRecord(n: number, record: JournalRecord): string {
  // An intent that is carried over from an earlier journal has its number there: it gets its own.
  const text = JSON.stringify(Object.assign({ n }, record, { n }));
  return `${HEAD}${checksum(text)}${MIDDLE}${text}}\n`;
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, SUM_LENGTH);
}

export interface DecodedJournal {
  readonly records: readonly JournalRecord[];
  /** Bytes of the whole records; what follows is a torn last one. */
  readonly length: number;
  /** Line (from 1) of damage that is not a torn end; then `records` are those before it. */
  readonly damagedLine?: number;
}

/** Reads a journal's bytes. A last line that is cut off or fails its checksum is a torn append; the same elsewhere is damage. */
export function decodeJournal(bytes: Uint8Array): DecodedJournal {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: JournalRecord[] = [];
  let at = 0;
  while (at < buffer.length) {
    const newline = buffer.indexOf(10, at);
    const isLast = newline < 0 || newline === buffer.length - 1;
    const record = newline < 0 ? undefined : decodeLine(buffer.toString("utf8", at, newline), records.length);
    if (record === undefined) return isLast ? { records, length: at } : { records, length: at, damagedLine: records.length + 1 };
    records.push(record);
    at = newline + 1;
  }
  return { records, length: at };
}

function decodeLine(line: string, n: number): JournalRecord | undefined {
  if (!line.startsWith(HEAD) || !line.endsWith("}")) return undefined;
  const start = HEAD.length + SUM_LENGTH + MIDDLE.length;
  const text = line.slice(start, -1);
  if (line.slice(HEAD.length, HEAD.length + SUM_LENGTH) !== checksum(text)) return undefined;
  const json: unknown = JSON.parse(text);
  return isRecord(json) && json.n === n ? json : undefined;
}

/** The checksum says that we wrote it, so its kind decides its shape. */
function isRecord(json: unknown): json is JournalRecord & { readonly n: number } {
  return isJsonObject(json) && ["begin", "intent", "partial", "result", "commit"].includes(String(json.kind));
}
