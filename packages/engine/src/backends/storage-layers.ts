import { join } from "node:path";
import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { FileSystem } from "../files/file-system.ts";
import type { StateStorage } from "./backend.ts";

/**
 * A state that cannot be stored where it belongs is put into `errored.tfstate` in `folder`, as Terraform does; the error says so.
 * The journal has it as well, so a next run from the same folder needs no push.
 */
export function keepingErrored(storage: StateStorage, { files, folder }: { files: FileSystem; folder: string }): StateStorage {
  const file = join(folder, "errored.tfstate");
  return {
    place: storage.place,
    ...(storage.lock === undefined ? {} : { lock: storage.lock }),
    read: () => storage.read(),
    async write(bytes) {
      try {
        await storage.write(bytes);
      } catch (error) {
        if (!(error instanceof DiagnosticError) || error.diagnostics.some(({ code }) => code === "DVT5004")) throw error;
        await files.replace(file, bytes);
        throw new DiagnosticError([...error.diagnostics, kept(storage.place)], { cause: error });
      }
    },
  };
}

function kept(place: string) {
  return errorDiagnostic("DVT5005", "Failed to persist state to backend", {
    detail: `The state could not be stored in ${place}. It was written to the file "errored.tfstate" in the root's folder, and what this run did is in its journal.`,
    fix: "Deploy again from this folder when the backend answers: it goes on from there. From elsewhere, upload it by hand:\n    dovetail state push errored.tfstate",
  });
}
