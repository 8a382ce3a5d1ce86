import { isList, isObject, type Path, UNKNOWN, type Value } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { OPTIONS, STATE_OPTIONS } from "../../option-definitions.ts";
import { withStage } from "../../stage-files.ts";
import { below } from "../../views/value.ts";

export const stateShowCommand: Command = {
  name: "state show",
  summary: "Show one resource of the state",
  positionals: { usage: "ADDRESS", min: 1, max: 1 },
  options: { ...STATE_OPTIONS, json: OPTIONS.json },
  run: (invocation) =>
    withStage(invocation, async (engine) => {
      const { terminal, positionals, options } = invocation;
      const shown = await engine.state.show(positionals[0] ?? "");
      if (options.flag("json")) {
        terminal.out(
          JSON.stringify(
            {
              address: shown.address,
              mode: shown.mode,
              type: shown.type,
              tainted: shown.isTainted,
              dependencies: shown.dependencies,
              values: hide(shown.value, shown.sensitive),
            },
            null,
            2,
          ),
        );
        return EXIT.done;
      }
      const name = shown.address.slice(shown.address.lastIndexOf(".") + 1);
      terminal.out(`# ${shown.address}:${shown.isTainted ? " (tainted)" : ""}`);
      terminal.out(`${shown.mode === "data" ? "data" : "resource"} "${shown.type}" "${name}" {`);
      for (const line of bodyLines(shown.value, shown.sensitive, "    ")) terminal.out(line);
      terminal.out("}");
      return EXIT.done;
    }),
};

/** Sensitive parts replaced by null: `--json` of a single resource never prints a secret. */
function hide(value: Value, sensitive: readonly Path[]): Value {
  if (sensitive.some((path) => path.length === 0)) return null;
  if (isList(value)) return value.map((item, i) => hide(item, below(sensitive, i)));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item, below(sensitive, key))]));
  return value;
}

function bodyLines(value: Value, sensitive: readonly Path[], indent: string): string[] {
  if (!isObject(value)) return [];
  const names = Object.keys(value).filter((name) => value[name] !== null);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names.flatMap((name) => attributeLines(name.padEnd(width), value[name] ?? null, below(sensitive, name), indent));
}

function attributeLines(label: string, value: Value, sensitive: readonly Path[], indent: string): string[] {
  if (sensitive.some((path) => path.length === 0)) return [`${indent}${label} = (sensitive value)`];
  if (value === UNKNOWN) return [`${indent}${label} = (known after apply)`];
  if (isList(value)) {
    if (value.length === 0) return [`${indent}${label} = []`];
    return [
      `${indent}${label} = [`,
      ...value.flatMap((item, i) => itemLines(item, below(sensitive, i), `${indent}    `)),
      `${indent}]`,
    ];
  }
  if (isObject(value)) return [`${indent}${label} = {`, ...bodyLines(value, sensitive, `${indent}    `), `${indent}}`];
  return [`${indent}${label} = ${JSON.stringify(value)}`];
}

function itemLines(item: Value, sensitive: readonly Path[], indent: string): string[] {
  if (sensitive.some((path) => path.length === 0)) return [`${indent}(sensitive value),`];
  if (isObject(item)) return [`${indent}{`, ...bodyLines(item, sensitive, `${indent}    `), `${indent}},`];
  return [`${indent}${typeof item === "symbol" ? "(known after apply)" : JSON.stringify(item)},`];
}
