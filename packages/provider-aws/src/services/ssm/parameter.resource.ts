import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { isAwsError } from "../../lifecycle/aws-diagnostic.ts";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { isTrue, numberAt, requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { exactlyOneOf, lengthBetween, oneOf, requiredWith, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";

/** `aws_ssm_parameter`. Behaviour as terraform-provider-aws 5.100/6: `internal/service/ssm/parameter.go`. */
export const resource: NativeResource = {
  type: "aws_ssm_parameter",
  noun: "SSM Parameter",
  forceNew: ["name", "data_type"],
  recomputedWhen: { has_value_wo: ["value_wo_version"] },
  tagged: true,
  suppressDiff: (path, prior, config) => path === "tier" && prior !== null && prior !== "" && config === "Intelligent-Tiering",
  validate: (config) => runChecks(CHECKS, config),
  customizePlan(prior, planned, config) {
    if (prior === null) return {};
    const changed = (name: string) => planned[name] !== prior[name];
    const next: Record<string, ValueObject[string]> = { ...planned };
    if (changed("value")) next.version = UNKNOWN;
    if (changed("insecure_value") && config.value === null) next.value = UNKNOWN;
    if (changed("value") && config.insecure_value === null) next.insecure_value = UNKNOWN;
    const downgrade = prior.tier === "Advanced" && planned.tier === "Standard";
    return { planned: next, requiresReplace: downgrade ? ["tier"] : [] };
  },
  async create(aws, planned, onCreated, config) {
    const overwrite = isTrue(planned, "overwrite");
    const tags = tagList(textMapAt(planned, "tags_all"));
    const name = requiredText(planned, "name");
    await putParameter(aws, planned, config, { overwrite, ...(overwrite || tags.length === 0 ? {} : { tags }) });
    await onCreated({ id: name, name });
    if (overwrite && tags.length > 0) {
      await aws.clients.ssm.addTagsToResource({ ResourceType: "Parameter", ResourceId: name, Tags: tags });
    }
  },
  read,
  async update(aws, prior, planned, changed, config) {
    const name = requiredText(prior, "name");
    const names = [
      "allowed_pattern",
      "description",
      "key_id",
      "tier",
      "type",
      "value",
      "insecure_value",
      "value_wo_version",
      "data_type",
    ];
    if (names.some(changed)) await putParameter(aws, planned, config, { overwrite: planned.overwrite !== false });
    const { removed, added } = changedTags(prior, planned);
    const target = { ResourceType: "Parameter", ResourceId: name } as const;
    if (removed.length > 0) await aws.clients.ssm.removeTagsFromResource({ ...target, TagKeys: removed });
    const tags = tagList(added);
    if (tags.length > 0) await aws.clients.ssm.addTagsToResource({ ...target, Tags: tags });
  },
  async delete(aws, state) {
    try {
      await aws.clients.ssm.deleteParameter({ Name: textAt(state, "name") ?? textAt(state, "id") });
    } catch (error) {
      if (!isAwsError(error, "ParameterNotFound")) throw error;
    }
  },
  importId: (id) => ({ id, has_value_wo: false }),
  find: async (_aws, planned) => (typeof planned.name === "string" ? { id: planned.name, name: planned.name } : null),
};

const CHECKS = [
  lengthBetween("allowed_pattern", 0, 1024),
  oneOf("data_type", ["aws:ec2:image", "aws:ssm:integration", "text"]),
  lengthBetween("description", 0, 1024),
  lengthBetween("name", 1, 2048),
  oneOf("tier", ["Standard", "Advanced", "Intelligent-Tiering"]),
  oneOf("type", ["String", "StringList", "SecureString"]),
  exactlyOneOf(["insecure_value", "value", "value_wo"]),
  requiredWith("value_wo", ["value_wo_version"]),
  requiredWith("value_wo_version", ["value_wo"]),
];

interface PutOptions {
  readonly overwrite: boolean;
  readonly tags?: { Key: string; Value: string }[];
}

async function putParameter(aws: AwsContext, planned: ValueObject, config: ValueObject, options: PutOptions): Promise<void> {
  const type = textAt(planned, "type");
  const tier = textAt(config, "tier") ?? textAt(planned, "tier");
  const input = {
    Name: requiredText(planned, "name"),
    Type: type,
    Value: textAt(config, "value_wo") ?? textAt(config, "insecure_value") ?? textAt(planned, "value") ?? "",
    AllowedPattern: textAt(planned, "allowed_pattern") ?? (options.overwrite ? "" : undefined),
    DataType: textAt(planned, "data_type"),
    Description: textAt(planned, "description") ?? (config.description === null ? undefined : ""),
    KeyId: type === "SecureString" ? textAt(planned, "key_id") : undefined,
    Overwrite: options.overwrite,
    Tags: options.tags,
  } as const;
  type Input = Parameters<AwsContext["clients"]["ssm"]["putParameter"]>[0];
  try {
    await aws.clients.ssm.putParameter({ ...input, Tier: tier } as Input);
  } catch (error) {
    if (!isAwsError(error, "ValidationException") || !error.message.includes("Tier is not supported")) throw error;
    await aws.clients.ssm.putParameter(input as Input);
  }
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  try {
    const { Parameter: found } = await aws.clients.ssm.getParameter({ Name: id, WithDecryption: true });
    if (found === undefined) return null;
    const { Parameters = [] } = await aws.clients.ssm.describeParameters({
      ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [found.Name ?? id] }],
    });
    const [detail] = Parameters;
    if (detail === undefined) return null;
    const { TagList } = await aws.clients.ssm.listTagsForResource({ ResourceType: "Parameter", ResourceId: found.Name ?? id });
    return {
      id,
      arn: found.ARN ?? "",
      name: found.Name ?? "",
      type: found.Type ?? "",
      version: found.Version ?? 0,
      ...stateValues(state, found.Type ?? "", found.Value ?? ""),
      allowed_pattern: detail.AllowedPattern ?? "",
      data_type: detail.DataType ?? "",
      description: detail.Description ?? "",
      key_id: detail.KeyId ?? "",
      tier: detail.Tier ?? "",
      tags_all: tagMap(TagList),
    };
  } catch (error) {
    if (isAwsError(error, "ParameterNotFound")) return null;
    throw error;
  }
}

/** The value stands where config put it; a write-only one nowhere. */
function stateValues(state: ValueObject, type: string, value: string): ValueObject {
  const isWriteOnly = numberAt(state, "value_wo_version") !== undefined;
  if (isWriteOnly) return { value: null, insecure_value: null, has_value_wo: true };
  const insecure = textAt(state, "insecure_value") !== undefined && type !== "SecureString";
  return insecure
    ? { insecure_value: value, value: null, has_value_wo: null }
    : { value, insecure_value: null, has_value_wo: null };
}
