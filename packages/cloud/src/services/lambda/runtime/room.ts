/**
 * A sandbox's own `/tmp`: a tmpfs of the function's EphemeralStorage in a mount namespace of its own, so that a write too many gets ENOSPC from the
 * kernel, in whatever language. Linux only, and only where an ordinary user may make user namespaces and mount in them; that is tried once.
 * Inside, the process is user 0 of its namespace, which is the cloud's own user outside.
 */
import { spawnSync } from "node:child_process";
import { sep } from "node:path";

export interface Room {
  readonly megabytes: number;
  /** Folders that the sandbox reads; those of them in the machine's `/tmp` stay where they are. */
  readonly keeps: readonly string[];
}

export const ROOM_MB_DEFAULT = 512;

const TMP = "/tmp";
/** Where the file system is put together before it takes the place of `/tmp`; free again afterwards. */
const STAGE = "/mnt";
const SCRIPT = `set -e
size=$1; count=$2; shift 2
mount -t tmpfs -o "size=$size,mode=1777" lambda ${STAGE}
while [ "$count" -gt 0 ]; do
  mkdir -p "${STAGE}\${1#${TMP}}"
  mount --rbind "$1" "${STAGE}\${1#${TMP}}"
  shift; count=$((count - 1))
done
mount --move ${STAGE} ${TMP}
cd ${TMP}
exec "$@"`;

interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The command that runs another in a room of its own; the process keeps its number. */
export function inRoom({ program, args }: Command, room: Room): Command {
  const keeps = keptInTmp(room.keeps);
  const shell = ["sh", "-c", SCRIPT, "sh", `${room.megabytes}m`, String(keeps.length), ...keeps, program, ...args];
  return { program: "unshare", args: ["-rm", ...shell] };
}

/** What lies in `/tmp`, by the topmost folder there. */
export function keptInTmp(folders: readonly string[]): readonly string[] {
  const inside = folders.filter((folder) => folder.startsWith(TMP + sep)).map((folder) => folder.split(sep)[2] ?? "");
  return [...new Set(inside)].filter((name) => name !== "" && name !== "..").map((name) => `${TMP}/${name}`);
}

let isAllowed: boolean | undefined;

/** Whether this machine lets sandboxes have rooms; tried at the first question. */
export function hasRooms(): boolean {
  isAllowed ??= process.platform === "linux" && isTried();
  return isAllowed;
}

function isTried(): boolean {
  const { program, args } = inRoom({ program: "true", args: [] }, { megabytes: 1, keeps: [] });
  return spawnSync(program, args, { stdio: "ignore", timeout: 5000 }).status === 0;
}
