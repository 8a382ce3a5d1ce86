import type { Command } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { usageLine } from "./parse.ts";

/** The list of commands, of all or of one group. */
export function overview(group?: string): string {
  const all = Object.keys(COMMANDS).filter((name) => group === undefined || name.startsWith(`${group} `));
  const width = Math.max(...all.map((name) => name.length));
  const rows = (isPlanned: boolean) =>
    all
      .filter((name) => (COMMANDS[name]?.isPlanned === true) === isPlanned)
      .map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name]?.summary ?? ""}`);
  const planned = rows(true);
  const head =
    group === undefined ? ["usage: dovetail COMMAND [options]", ""] : [`${GROUPS[group] ?? ""}: dovetail ${group} …`, ""];
  const foot = group === undefined ? ["", "dovetail COMMAND --help tells a command's options."] : [];
  return [...head, ...rows(false), ...(planned.length > 0 ? ["", "Not implemented yet:", ...planned] : []), ...foot].join("\n");
}

export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const value = option.type === "string" ? ` ${option.value ?? "VALUE"}` : "";
    return [`--${name}${value}`, option.multiple === true ? `${option.help} (repeatable)` : option.help] as const;
  });
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return [command.summary, "", usageLine(command), "", ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)]
    .join("\n")
    .trimEnd();
}

/** The command whose name is nearest to `word`, if one is near. */
export function nearestCommand(word: string): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of Object.keys(COMMANDS)) {
    const distance = editDistance(word.slice(0, 40), name);
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best !== undefined && best.distance <= 2 ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
