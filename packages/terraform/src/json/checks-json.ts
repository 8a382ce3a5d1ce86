import type { Json, JsonObject } from "@dovetail/engine";
import { parseAddress } from "@dovetail/model";
import type { CheckedObject, CheckKind, CheckResults, CheckStatus } from "../evaluate/check-results.ts";

/** What became of the conditions, as plan documents and states have it. Pure. */

/** `checks` of a plan document; undefined where there is none. */
export function checksJson(results: CheckResults): Json | undefined {
  const all = sortedObjects(results).map((object) => ({
    address: objectAddress(object),
    status: statusOf(object),
    ...(object.instances.size === 0
      ? {}
      : {
          instances: [...object.instances]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([address, { status, messages }]) => ({
              address: instanceAddress(object, address),
              status,
              ...(messages.length === 0 ? {} : { problems: messages.map((message) => ({ message })) }),
            })),
        }),
  }));
  return all.length === 0 ? undefined : all;
}

const STATE_KINDS: { readonly [kind in CheckKind]: string } = {
  resource: "resource",
  output_value: "output",
  check: "check",
  var: "var",
};

/** `check_results` of a state; null where there is none. */
export function checkResultsJson(results: CheckResults): Json {
  const all = sortedObjects(results).map((object) => ({
    object_kind: STATE_KINDS[object.kind],
    config_addr: object.config,
    status: statusOf(object),
    objects:
      object.instances.size === 0
        ? null
        : [...object.instances].map(([address, { status, messages }]) => ({
            object_addr: address,
            status,
            ...(messages.length === 0 ? {} : { failure_messages: messages }),
          })),
  }));
  return all.length === 0 ? null : all;
}

function sortedObjects(results: CheckResults): readonly CheckedObject[] {
  const key = ({ kind, config }: CheckedObject) => `${kind} ${config}`;
  return [...results.objects.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const RANK: readonly CheckStatus[] = ["pass", "unknown", "fail", "error"];

function statusOf({ instances, isExpanded }: CheckedObject): CheckStatus {
  const worst = Math.max(0, ...[...instances.values()].map(({ status }) => RANK.indexOf(status)));
  return isExpanded ? (RANK[worst] ?? "pass") : "unknown";
}

function objectAddress({ kind, config }: CheckedObject): JsonObject {
  const { module, own } = split(config);
  const parsed = kind === "resource" ? parseAddress(own) : undefined;
  return {
    kind,
    ...(parsed === undefined ? {} : { mode: parsed.mode }),
    ...(module === "" ? {} : { module }),
    name: parsed?.name ?? own.replace(/^(output|check|var)\./, ""),
    to_display: config,
    ...(parsed === undefined ? {} : { type: parsed.type }),
  };
}

function instanceAddress({ kind }: CheckedObject, address: string): JsonObject {
  const { module } = split(address);
  const index = kind === "resource" ? parseAddress(address)?.index : undefined;
  return {
    ...(index === undefined ? {} : { instance_key: index }),
    ...(module === "" ? {} : { module }),
    to_display: address,
  };
}

/** The module of an address, and the rest. */
function split(address: string): { module: string; own: string } {
  const parsed = parseAddress(address);
  if (parsed !== undefined && parsed.module !== undefined)
    return { module: parsed.module, own: address.slice(parsed.module.length + 1) };
  const found = /^((?:module\.[^.[]+(?:\[[^\]]*\])?\.)+)(.*)$/s.exec(address);
  if (found?.[1] === undefined) return { module: "", own: address };
  return { module: found[1].slice(0, -1), own: found[2] ?? "" };
}
