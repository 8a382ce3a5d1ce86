import type { Backend, StateStorage } from "../backends/backend.ts";
import { isJsonObject } from "../values/state-attributes.ts";
import type { Cipher, Opened } from "./cipher.ts";
import { undecryptable } from "./payload.ts";

/** A backend whose states are encrypted. */
export function encryptedBackend(backend: Backend, cipher: Cipher): Backend {
  const storage = (workspace: string) => encryptedStorage(backend.storage(workspace), cipher);
  return {
    ...backend,
    storage,
    async addWorkspace(workspace) {
      await backend.addWorkspace(workspace);
      const first = await backend.storage(workspace).read();
      if (first !== undefined) await storage(workspace).write(first);
    },
  };
}

/** A storage whose bytes are encrypted: everything above it sees the state as it is. */
export function encryptedStorage(storage: StateStorage, cipher: Cipher): StateStorage {
  let isOld = false;
  const decode = async (stored: Uint8Array) => {
    const opened = await cipher.decrypt(stored);
    checkOutside(opened);
    return opened;
  };
  return {
    place: storage.place,
    ...(storage.lock === undefined ? {} : { lock: storage.lock }),
    async read() {
      const stored = await storage.read();
      if (stored === undefined) return undefined;
      const opened = await decode(stored);
      isOld = opened.isOld;
      return opened.plain;
    },
    async write(plain) {
      // A file that was emptied holds nothing to be kept from anybody.
      if (plain.length === 0) return await storage.write(plain);
      const { serial, lineage } = head(plain);
      await storage.write(await cipher.encrypt(plain, { ...(serial === undefined ? {} : { serial }), lineage: lineage ?? "" }));
      isOld = false;
    },
    isToBeRewritten: () => isOld,
    decode: async (stored) => (await decode(stored)).plain,
  };
}

/** What stands outside was not signed: it must be what stands inside. */
function checkOutside({ plain, payload }: Opened): void {
  if (payload === undefined) return;
  const { serial, lineage } = head(plain);
  if (payload.serial !== undefined && payload.serial !== serial)
    throw undecryptable(`invalid state metadata, serial field mismatch ${payload.serial} vs ${serial}`);
  if (payload.lineage !== undefined && payload.lineage !== lineage)
    throw undecryptable(`invalid state metadata, lineage field mismatch ${payload.lineage} vs ${lineage}`);
}

function head(plain: Uint8Array): { readonly serial?: number; readonly lineage?: string } {
  try {
    const json: unknown = JSON.parse(Buffer.from(plain).toString("utf8"));
    if (!isJsonObject(json)) return {};
    const { serial, lineage } = json;
    return { ...(typeof serial === "number" ? { serial } : {}), ...(typeof lineage === "string" ? { lineage } : {}) };
  } catch {
    // Whoever reads the state says what is wrong with it.
    return {};
  }
}
