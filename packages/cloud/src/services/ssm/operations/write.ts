/** PutParameter, DeleteParameter(s), labels, tags. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { checkName, checkValue, notFound, plainName, VERSIONS_MAX, validation } from "../parameter.ts";
import { armPolicies, checkPolicies, disarmPolicies, tellChange } from "../policies.ts";
import { protect } from "../secure-string.ts";
import {
  getParameter,
  getVersion,
  type ParameterType,
  putParameter,
  putVersion,
  removeParameter,
  removeVersion,
  type VersionRecord,
  versionsOf,
} from "../store.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface PutInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: ParameterType;
  readonly Description?: string;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly AllowedPattern?: string;
  readonly Tags?: readonly Tag[];
  readonly Tier?: string;
  readonly Policies?: string;
  readonly DataType?: string;
}

const TAGS_MAX = 50;
const LABELS_MAX = 10;

function tierOf(input: PutInput, before: VersionRecord | undefined): string {
  if (input.Tier === "Intelligent-Tiering")
    return Buffer.byteLength(input.Value) > 4096 || input.Policies !== undefined ? "Advanced" : "Standard";
  if (input.Tier === "Standard" && before?.tier === "Advanced")
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.",
    );
  return input.Tier ?? before?.tier ?? "Standard";
}

/** Keeps a hundred versions: the oldest goes unless it bears a label. */
function prune(ctx: Ctx, name: string): number {
  const versions = versionsOf(ctx, name);
  const oldest = versions[0];
  if (oldest === undefined || versions.length < VERSIONS_MAX) return oldest?.version ?? 1;
  if (oldest.labels.length > 0)
    throw new ServiceError(
      "ParameterMaxVersionLimitExceeded",
      400,
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it.`,
    );
  removeVersion(ctx, name, oldest.version);
  return versions[1]?.version ?? oldest.version;
}

interface Checked {
  readonly name: string;
  readonly before: VersionRecord | undefined;
  readonly type: ParameterType;
  readonly tier: string;
  readonly pattern: string | undefined;
}

function checkPut(ctx: Ctx, input: PutInput): Checked {
  const name = plainName(input.Name);
  checkName(name);
  const existing = getParameter(ctx, name);
  if (existing !== undefined && input.Overwrite !== true)
    throw new ServiceError(
      "ParameterAlreadyExists",
      400,
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  if (existing !== undefined && input.Tags !== undefined && input.Tags.length > 0)
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  const before = existing === undefined ? undefined : getVersion(ctx, name, existing.latest);
  const type = input.Type ?? before?.type;
  if (type === undefined) throw validation("A parameter type is required when you create a parameter.");
  const tier = tierOf(input, before);
  const wanted = input.AllowedPattern ?? before?.pattern;
  // An empty pattern is none: the Terraform provider always sends one.
  const pattern = wanted === "" ? undefined : wanted;
  checkValue(input.Value, tier, pattern);
  if (input.Policies !== undefined) checkPolicies(input.Policies, tier);
  return { name, before, type, tier, pattern };
}

function store(ctx: Ctx, input: PutInput, value: string, keyId: string | undefined): { Version: number; Tier: string } {
  const { name, before, type, tier, pattern } = checkPut(ctx, input);
  const existing = getParameter(ctx, name);
  const oldest = existing === undefined ? 1 : prune(ctx, name);
  const version = (existing?.latest ?? 0) + 1;
  const description = input.Description ?? before?.description;
  const record: VersionRecord = {
    version,
    value,
    type,
    modifiedMs: ctx.now(),
    tier,
    dataType: input.DataType ?? before?.dataType ?? "text",
    labels: [],
    ...(keyId === undefined ? {} : { keyId }),
    ...(description === undefined ? {} : { description }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(input.Policies === undefined ? {} : { policies: input.Policies }),
  };
  putVersion(ctx, name, record);
  const tags = existing?.tags ?? Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
  putParameter(ctx, { name, latest: version, oldest, tags });
  armPolicies(ctx, name, record);
  ctx.after((later) => tellChange(later, name, existing === undefined ? "Create" : "Update", type));
  return { Version: version, Tier: tier };
}

/** A SecureString is encrypted as the requester first, then everything is checked again and stored in one transaction. */
export async function putParameterOperation(ctx: Ctx, input: PutInput): Promise<{ Version: number; Tier: string }> {
  const { name, before, type, tier } = checkPut(ctx, input);
  if (type !== "SecureString") return ctx.transact(() => store(ctx, input, input.Value, undefined));
  const keyId = input.KeyId ?? before?.keyId ?? "alias/aws/ssm";
  const sealed = await protect(ctx, name, input.Value, keyId, tier);
  return ctx.transact(() => store(ctx, input, sealed, keyId));
}

export function deleteParameter(ctx: Ctx, input: { readonly Name: string }): void {
  const name = plainName(input.Name);
  if (getParameter(ctx, name) === undefined) throw notFound();
  forget(ctx, name);
}

function forget(ctx: Ctx, name: string): void {
  const latest = getParameter(ctx, name)?.latest;
  const type = latest === undefined ? undefined : getVersion(ctx, name, latest)?.type;
  removeParameter(ctx, name);
  disarmPolicies(ctx, name);
  if (type !== undefined) ctx.after((later) => tellChange(later, name, "Delete", type));
}

export function deleteParameters(ctx: Ctx, input: { readonly Names: readonly string[] }) {
  const DeletedParameters: string[] = [];
  const InvalidParameters: string[] = [];
  for (const name of input.Names) {
    if (getParameter(ctx, plainName(name)) === undefined) InvalidParameters.push(name);
    else {
      forget(ctx, plainName(name));
      DeletedParameters.push(name);
    }
  }
  return { DeletedParameters, InvalidParameters };
}

interface LabelInput {
  readonly Name: string;
  readonly ParameterVersion?: number;
  readonly Labels: readonly string[];
}

export function labelParameterVersion(ctx: Ctx, input: LabelInput) {
  const name = plainName(input.Name);
  const parameter = getParameter(ctx, name);
  if (parameter === undefined) throw notFound(name);
  const target = input.ParameterVersion ?? parameter.latest;
  if (getVersion(ctx, name, target) === undefined)
    throw new ServiceError(
      "ParameterVersionNotFound",
      400,
      `Systems Manager could not find version ${target} of ${name}. Verify the version and try again.`,
    );
  const good = input.Labels.filter((label) => /^[a-zA-Z_.-][a-zA-Z0-9_.-]*$/.test(label) && !/^(aws|ssm)/i.test(label));
  for (const version of versionsOf(ctx, name)) {
    const kept = version.labels.filter((label) => !good.includes(label));
    const labels = version.version === target ? [...kept, ...good] : kept;
    if (labels.length > LABELS_MAX)
      throw new ServiceError(
        "ParameterVersionLabelLimitExceeded",
        400,
        `A parameter version can have a maximum of ${LABELS_MAX} labels.`,
      );
    if (labels.join() !== version.labels.join()) putVersion(ctx, name, { ...version, labels });
  }
  return { InvalidLabels: input.Labels.filter((label) => !good.includes(label)), ParameterVersion: target };
}

export function unlabelParameterVersion(ctx: Ctx, input: LabelInput & { readonly ParameterVersion: number }) {
  const name = plainName(input.Name);
  const version = getVersion(ctx, name, input.ParameterVersion);
  if (version === undefined) throw notFound(name);
  putVersion(ctx, name, { ...version, labels: version.labels.filter((label) => !input.Labels.includes(label)) });
  return {
    RemovedLabels: input.Labels.filter((label) => version.labels.includes(label)),
    InvalidLabels: input.Labels.filter((label) => !version.labels.includes(label)),
  };
}

interface ResourceInput {
  readonly ResourceType: string;
  readonly ResourceId: string;
}

function tagged(ctx: Ctx, input: ResourceInput) {
  if (input.ResourceType !== "Parameter")
    throw new ServiceError(
      "NotImplemented",
      501,
      `NotImplemented: tags of ssm ${input.ResourceType} are not emulated by this cloud`,
    );
  const parameter = getParameter(ctx, plainName(input.ResourceId));
  if (parameter === undefined)
    throw new ServiceError(
      "InvalidResourceId",
      400,
      "The resource ID is not valid. Verify that you entered the correct ID and try again.",
    );
  return parameter;
}

export function addTagsToResource(ctx: Ctx, input: ResourceInput & { readonly Tags: readonly Tag[] }): object {
  const parameter = tagged(ctx, input);
  const tags = { ...parameter.tags, ...Object.fromEntries(input.Tags.map((tag) => [tag.Key, tag.Value])) };
  if (Object.keys(tags).length > TAGS_MAX)
    throw new ServiceError(
      "TooManyTagsError",
      400,
      "The Targets parameter includes too many tags. Remove one or more tags and try the command again.",
    );
  putParameter(ctx, { ...parameter, tags });
  return {};
}

export function removeTagsFromResource(ctx: Ctx, input: ResourceInput & { readonly TagKeys: readonly string[] }): object {
  const parameter = tagged(ctx, input);
  putParameter(ctx, {
    ...parameter,
    tags: Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !input.TagKeys.includes(key))),
  });
  return {};
}

export function listTagsForResource(ctx: Ctx, input: ResourceInput): { TagList: Tag[] } {
  return { TagList: Object.entries(tagged(ctx, input).tags).map(([Key, Value]) => ({ Key, Value })) };
}
