import { hostname, userInfo } from "node:os";
import { type Backend, parseState, type StateStorage, stateLocked } from "@dovetail/engine";
import { DiagnosticError, errorDiagnostic, randomUuid, systemClock, systemRandom } from "@dovetail/model";
import type { Invocation } from "../../command.ts";
import { VERSION } from "../../version.ts";

/**
 * Copies the state of every workspace from one backend to another, as it is, both locked meanwhile. Asks first, and once more where
 * something else is there already. Throws DVT7003 where nobody is there to be asked and `-force-copy` is not given.
 */
export async function copyStates(invocation: Invocation, from: Backend, to: Backend): Promise<void> {
  const found: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  for (const name of from.type === "http" ? ["default"] : await from.workspaces()) {
    const bytes = await from.storage(name).read();
    if (bytes !== undefined && !isEmpty(bytes, from.storage(name))) found.push({ name, bytes });
  }
  if (found.length === 0) return;
  const names = found.map(({ name }) => `"${name}"`).join(", ");
  const what = found.length === 1 ? `the state of workspace ${names}` : `the states of workspaces ${names}`;
  const question = `Do you want to copy ${what} from the backend "${from.type}" to the backend "${to.type}"?`;
  if (!(await agreed(invocation, question))) return;
  for (const { name, bytes } of found) await copyOne(invocation, { name, bytes, from, to });
}

interface Copy {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly from: Backend;
  readonly to: Backend;
}

async function copyOne(invocation: Invocation, { name, bytes, from, to }: Copy): Promise<void> {
  const [source, destination] = [from.storage(name), to.storage(name)];
  await locked(source, "migration source state", () =>
    locked(destination, "migration destination state", async () => {
      const present = await destination.read();
      if (present !== undefined && Buffer.compare(present, bytes) === 0) return;
      if (present !== undefined && !isEmpty(present, destination)) await overwriting(invocation, destination);
      await destination.write(bytes);
      // As terraform leaves it: the file is empty, and the state that was in it is its backup.
      if (from.type === "local") await source.write(new Uint8Array());
      invocation.terminal.out(`Copied the state of workspace "${name}" to ${destination.place}`);
    }),
  );
}

/** Nothing that anybody would miss. */
function isEmpty(bytes: Uint8Array, { place }: StateStorage): boolean {
  const { instances, outputs } = parseState(bytes, place);
  return instances.size === 0 && Object.keys(outputs).length === 0;
}

async function agreed({ terminal, options }: Invocation, question: string): Promise<boolean> {
  if (options.flag("force-copy")) return true;
  const answer = await terminal.confirm(question);
  if (answer !== undefined) return answer;
  throw new DiagnosticError(
    errorDiagnostic("DVT7003", "Confirmation needed", {
      detail: `Can't ask approval for state migration when interactive input is disabled. ${question}`,
      fix: "To copy without a question:\n    dovetail init -force-copy\nTo leave the states where they are:\n    dovetail init -reconfigure",
    }),
  );
}

async function overwriting(invocation: Invocation, { place }: StateStorage): Promise<void> {
  const question = `${place} has another state already. Do you want to overwrite it?`;
  if (await agreed(invocation, question)) return;
  throw new DiagnosticError(
    errorDiagnostic("DVT5003", "State belongs to something else", {
      detail: `${place} has another state already, and it was not to be overwritten. The backend is as it was before.`,
    }),
  );
}

/** Throws DVT5001 where somebody else has the lock. */
async function locked(storage: StateStorage, Operation: string, work: () => Promise<void>): Promise<void> {
  const { lock } = storage;
  if (lock === undefined) return await work();
  const ID = randomUuid(systemRandom());
  const Created = new Date(systemClock().now()).toISOString();
  const Who = `${userInfo().username}@${hostname()}`;
  const refusal = await lock.acquire({ ID, Operation, Info: "", Who, Version: `Dovetail ${VERSION}`, Created, Path: lock.path });
  if (refusal !== undefined) throw stateLocked(refusal, storage);
  try {
    await work();
  } finally {
    await lock.release(ID);
  }
}
