import type { Autoname } from "@dovetail/engine";
import type { ValueObject } from "@dovetail/model";
import type { Descriptor } from "../catalog/descriptor.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";

const LENGTH_MAX = 255;
const HASH_LENGTH = 7;

/**
 * How the engine derives the physical name where the program gives none: `app-stage-Name-<hash>`, of which the app and then the stage
 * are left out where the service's limit leaves no room (SST's order), in a Pulumi project `Name-<hash>`; undefined where the program names it or the type takes no name.
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
  const isExact = rule.rand === 0 && rule.sep === "";
  const hashLength = isExact ? 0 : rule.rand || HASH_LENGTH;
  const suffix = rule.suffix_if !== undefined && config[snake(rule.suffix_if.prop)] === true ? rule.suffix_if.suffix : "";
  const separator = hashLength === 0 ? "" : rule.sep || "-";
  const room = maxLength - hashLength - separator.length - suffix.length;
  const prefix = isExact ? logicalName : fitting(evaluation, logicalName, room - (rule.prefix_unless_present?.length ?? 0));
  return {
    attribute: rule.tf,
    prefix: `${rule.prefix_unless_present ?? ""}${isExact ? prefix : spelled(descriptor.tf, prefix, rule)}`,
    separator,
    suffix,
    maxLength,
    hashLength,
    charset: rule.charset === "a-z" ? "abcdefghijklmnopqrstuvwxyz" : "0123456789abcdef",
  };
}

function fitting(evaluation: Evaluation, logicalName: string, room: number): string {
  if (evaluation.setting.kind === "pulumi") return logicalName;
  const { name, stage } = evaluation.setting.app;
  const forms = [`${name}-${stage}-${logicalName}`, `${stage}-${logicalName}`, logicalName];
  return forms.find((form) => form.length <= room) ?? logicalName;
}

/** What a name may be made of, where that is more than letters, digits, `_` and `-`. Source: each service's API reference, pattern of the name (read 2026-11). */
const REFUSED: { readonly [type: string]: RegExp } = {
  aws_cloudwatch_log_group: /[^A-Za-z0-9_./#-]/g,
  aws_cloudwatch_event_rule: /[^A-Za-z0-9_.-]/g,
  aws_scheduler_schedule: /[^A-Za-z0-9_.-]/g,
  aws_scheduler_schedule_group: /[^A-Za-z0-9_.-]/g,
  aws_dynamodb_table: /[^A-Za-z0-9_.-]/g,
  aws_ssm_parameter: /[^A-Za-z0-9_./-]/g,
  aws_secretsmanager_secret: /[^A-Za-z0-9_+=.@/-]/g,
  aws_iam_role: /[^A-Za-z0-9_+=,.@-]/g,
  aws_iam_policy: /[^A-Za-z0-9_+=,.@-]/g,
  aws_iam_role_policy: /[^A-Za-z0-9_+=,.@-]/g,
  aws_iam_user: /[^A-Za-z0-9_+=,.@-]/g,
  aws_iam_group: /[^A-Za-z0-9_+=,.@-]/g,
  aws_cloudwatch_metric_alarm: /[^\x20-\x7e]/g,
  aws_cloudwatch_composite_alarm: /[^\x20-\x7e]/g,
};

/** Characters that the service refuses become `-` (`_` where the type takes no hyphen), none at the end; some names are in lower case. */
function spelled(type: string, prefix: string, rule: { readonly sep?: string; readonly lower?: boolean }): string {
  const cased = rule.lower === true ? prefix.toLowerCase() : prefix;
  if (rule.sep === "_") return cased.replace(/[^A-Za-z0-9_]/g, "_").replace(/_+$/, "");
  const refused = rule.lower === true ? /[^a-z0-9.-]/g : (REFUSED[type] ?? /[^A-Za-z0-9_-]/g);
  return cased.replace(refused, "-").replace(/-+$/, "");
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
