import type { Autoname } from "@dovetail/engine";
import type { ValueObject } from "@dovetail/model";
import type { Descriptor } from "../catalog/descriptor.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";

const LENGTH_MAX = 255;
const HASH_LENGTH = 7;

/**
 * How the engine derives the physical name where the program gives none: `app-stage-Name-<hash>`, of which the app and then the stage
 * are left out where the service's limit leaves no room (SST's order), undefined where the program names it or the type takes no name.
 */
export function autonameOf(
  evaluation: Evaluation,
  descriptor: Descriptor,
  logicalName: string,
  config: ValueObject,
): Autoname | undefined {
  const rule = descriptor.map.autoname;
  if (rule === undefined || Object.hasOwn(config, rule.tf) || Object.hasOwn(config, `${rule.tf}_prefix`)) return undefined;
  const maxLength = rule.max ?? LENGTH_MAX;
  const hashLength = rule.rand ?? HASH_LENGTH;
  const suffix = rule.suffix_if !== undefined && config[snake(rule.suffix_if.prop)] === true ? rule.suffix_if.suffix : "";
  const separator = hashLength === 0 ? "" : rule.sep || "-";
  const isExact = hashLength === 0;
  const room = maxLength - hashLength - separator.length - suffix.length;
  const prefix = isExact ? logicalName : fitting(evaluation, logicalName, room - (rule.prefix_unless_present?.length ?? 0));
  return {
    attribute: rule.tf,
    prefix: `${rule.prefix_unless_present ?? ""}${spelled(prefix, rule.sep === "_", rule.lower === true)}`,
    separator,
    suffix,
    maxLength,
    hashLength,
    charset: rule.charset === "a-z" ? "abcdefghijklmnopqrstuvwxyz" : "0123456789abcdef",
  };
}

function fitting(evaluation: Evaluation, logicalName: string, room: number): string {
  const { name, stage } = evaluation.setting.app;
  const forms = [`${name}-${stage}-${logicalName}`, `${stage}-${logicalName}`, logicalName];
  return forms.find((form) => form.length <= room) ?? logicalName;
}

/** Types whose separator is `_` take no hyphen; those in lower case take letters, digits, dots and hyphens only. */
function spelled(prefix: string, isUnderscored: boolean, isLower: boolean): string {
  const cased = isLower ? prefix.toLowerCase() : prefix;
  if (isUnderscored) return cased.replace(/[^A-Za-z0-9_]/g, "_");
  return isLower ? cased.replace(/[^a-z0-9.-]/g, "-") : cased;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
