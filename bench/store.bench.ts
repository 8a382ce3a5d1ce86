/**
 * Issue 4, Must hold: a 1 GB database opens in under 200 ms, and a page of keys, folders, versions, uploads or parts costs the same among
 * 1,000,000 keys as among 1,000.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CloudStore, openStore } from "../packages/cloud/src/core/lmdb-store.ts";
import { newVersionId } from "../packages/cloud/src/services/s3/version-id.ts";
import { seededRandom } from "../packages/model/src/random.ts";
import { json, send, signed } from "./aws-http.ts";
import { startCloudProcess } from "./cloud.bench.ts";
import { cpuUs, median, type Row, residentMb, type Server, timeEach } from "./measure.ts";

const KEYS = 1_000_000;
const FEW_KEYS = 1_000;
const BATCH = 20_000;
const STARTS = 5;
const PAGES = 15;
/** A page among a thousand times as many keys reads two more levels of the tree. */
const FLAT_FACTOR = 1.5;
const GIGABYTE = 1024 ** 3;

const keyOf = (i: number) => `photos/${String(i).padStart(9, "0")}.jpg`;

/** A folder for every ten keys. */
const folderKeyOf = (i: number) => `tree/${String(Math.floor(i / 10)).padStart(8, "0")}/${i % 10}`;

const versionIdOf = (i: number) => newVersionId(seededRandom(i), i);

/** The record of one object that the cloud itself wrote, for as many keys as wanted: putting a million through HTTP takes minutes. */
function multiply(store: CloudStore, bucketName: string, keys: number): void {
  const s3 = store.of("s3");
  const bucket = s3.get<{ id: string }>(["bucket", bucketName]);
  const template = bucket === undefined ? undefined : s3.get<object>(["object", bucket.id, keyOf(0)]);
  if (bucket === undefined || template === undefined)
    throw new Error("the cloud keeps its objects elsewhere than this script looks");
  const write = (record: (i: number) => void) => {
    for (let from = 1; from < keys; from += BATCH)
      store.transact(() => {
        for (let i = from; i < Math.min(keys, from + BATCH); i++) record(i);
      });
  };
  write((i) => s3.put(["object", bucket.id, keyOf(i)], { ...template, key: keyOf(i), sequence: i }));
  write((i) => s3.put(["object", bucket.id, folderKeyOf(i)], { ...template, key: folderKeyOf(i), sequence: i }));
  const key = keyOf(0);
  write((i) => s3.put(["version", bucket.id, key, -i], { ...template, key, sequence: i, versionId: versionIdOf(i) }));
  write((i) => s3.put(["upload", bucket.id, keyOf(i), "u"], { ...template, id: "u", key: keyOf(i), startedMs: i }));
}

/** Up to 1 GB with items of a table. */
function fill(store: CloudStore, folder: string): number {
  const bytes = () => statSync(join(folder, "data.mdb")).size;
  const rest = store.of("bench-filling");
  for (let i = 0; bytes() < GIGABYTE; i++)
    store.transact(() => {
      for (let k = 0; k < BATCH; k++) rest.put(["item", i, k], "x".repeat(1000));
    });
  return bytes();
}

async function makeBuckets(folder: string): Promise<void> {
  const cloud = await startCloudProcess(folder);
  for (const bucket of ["bench-few", "bench-many"]) {
    await send(cloud.url, { method: "PUT", path: `/${bucket}`, headers: signed("s3") });
    await send(cloud.url, { method: "PUT", path: `/${bucket}/${keyOf(0)}`, headers: signed("s3"), body: "x" });
  }
  await cloud.stop();
}

async function openMs(folder: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= STARTS; i++) {
    const cloud = await startCloudProcess(folder);
    await json(cloud.url, "dynamodb", "ListTables", {});
    if (i > 0) times.push(cloud.startMs);
    await cloud.stop();
  }
  return median(times);
}

interface PageKind {
  readonly what: string;
  /** Path and query of the page after the key of a number. */
  readonly path: (after: number) => string;
  /** What stands once for each entry. */
  readonly mark: string;
}

const PAGE_KINDS: readonly PageKind[] = [
  {
    what: "ListObjectsV2",
    path: (after) => `list-type=2&prefix=photos/&start-after=${encodeURIComponent(keyOf(after))}`,
    mark: "<Contents>",
  },
  {
    what: "ListObjectsV2 of folders",
    path: (after) => `list-type=2&prefix=tree/&delimiter=/&start-after=${encodeURIComponent(folderKeyOf(after))}`,
    mark: "<CommonPrefixes>",
  },
  {
    what: "ListObjectVersions of one key",
    path: (after) => `versions&prefix=photos/&key-marker=${encodeURIComponent(keyOf(0))}&version-id-marker=${versionIdOf(after)}`,
    mark: "<Version>",
  },
  {
    what: "ListMultipartUploads",
    path: (after) => `uploads&key-marker=${encodeURIComponent(keyOf(after))}`,
    mark: "<Upload>",
  },
];

/** The server's processor time of a page, by its entries: few keys have pages that are not full. */
async function pageMs(cloud: Server, bucket: string, kind: PageKind, after: number): Promise<number> {
  const list = async () =>
    (await send(cloud.url, { method: "GET", path: `/${bucket}?${kind.path(after)}`, headers: signed("s3") })).toString();
  const text = await list();
  const entries = text.split(kind.mark).length - 1;
  if (entries < 50) throw new Error(`${kind.what}: a page of ${entries}: ${text.slice(0, 200)}`);
  await timeEach(PAGES, list);
  const before = cpuUs(cloud.pid);
  await timeEach(PAGES, list);
  return (cpuUs(cloud.pid) - before) / 1000 / PAGES / entries;
}

async function listRows(folder: string): Promise<readonly Row[]> {
  const cloud = await startCloudProcess(folder);
  try {
    const rows: Row[] = [];
    for (const kind of PAGE_KINDS) {
      const few = await pageMs(cloud, "bench-few", kind, kind.mark === "<Version>" ? FEW_KEYS - 1 : 0);
      for (const [where, after] of [
        ["first", kind.mark === "<Version>" ? KEYS - 1 : 0],
        ["middle", KEYS / 2],
        ["last", kind.mark === "<Version>" ? FEW_KEYS : KEYS - 10 * FEW_KEYS - 1],
      ] as const) {
        const many = await pageMs(cloud, "bench-many", kind, after);
        rows.push({
          what: `S3 ${kind.what}, ${where} page among 1,000,000`,
          measured: `${(many * 1000).toFixed(1)} ms CPU for 1,000 entries`,
          control: `among 1,000: ${(few * 1000).toFixed(1)} ms`,
          budget: `${FLAT_FACTOR}× that`,
          met: many <= few * FLAT_FACTOR,
        });
      }
    }
    rows.push({
      what: "cloud: memory after those pages",
      measured: `${residentMb(cloud.pid).toFixed(0)} MB, the database's pages among them`,
      control: "",
      budget: "",
      met: undefined,
    });
    return rows;
  } finally {
    await cloud.stop();
  }
}

export async function storeRows(): Promise<readonly Row[]> {
  const root = mkdtempSync(join(tmpdir(), "dovetail-bench-store-"));
  const [large, empty] = [join(root, "large"), join(root, "empty")];
  try {
    mkdirSync(large);
    await makeBuckets(large);
    const store = openStore(large);
    multiply(store, "bench-few", FEW_KEYS);
    multiply(store, "bench-many", KEYS);
    const bytes = fill(store, large);
    await store.close();
    const [before, opened] = [await openMs(empty), await openMs(large)];
    return [
      {
        what: `cloud: opens a database of ${(bytes / GIGABYTE).toFixed(1)} GB, start to first answer`,
        measured: `${opened.toFixed(0)} ms`,
        control: `empty: ${before.toFixed(0)} ms`,
        budget: "200 ms more",
        met: opened - before <= 200,
      },
      ...(await listRows(large)),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
