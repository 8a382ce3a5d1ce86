import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { conflicts, lengthBetween, runChecks } from "../checks.ts";
import { normalizeJson } from "../json-text.ts";
import { prefixOfName } from "../name-prefix.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { nameChecks, UNIQUE_SUFFIX_LENGTH } from "./names.ts";
import { decodePolicy, isPolicyJson } from "./policy-text.ts";

const MISSING = ["NoSuchEntity", "NoSuchEntityException"];
/** IAM keeps at most this many versions of a policy. */
const VERSIONS_MAX = 5;

const CHECKS = [
  ...nameChecks(128, UNIQUE_SUFFIX_LENGTH),
  conflicts("name", ["name_prefix"]),
  conflicts("name_prefix", ["name"]),
  lengthBetween("description", 0, 1000),
  isPolicyJson("policy"),
];

/** `aws_iam_policy`; id is the ARN. Behaviour: `internal/service/iam/policy.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_policy",
  forceNew: ["name", "name_prefix", "path", "description"],
  defaults: { path: "/" },
  equivalence: { policy: "policy" },
  naming: { attribute: "name", prefix: "name_prefix", maxLength: 128 },
  tagged: true,
  unsupported: { delay_after_policy_creation_in_ms: "it works around delays of AWS that a retry handles here." },
  validate: (config) => runChecks(CHECKS, config),
  customizePlan(prior, planned) {
    const out: MutableValueObject = { ...planned };
    if (typeof planned.policy === "string" && planned.policy !== prior?.policy) out.policy = normalizeJson(planned.policy);
    return { planned: out };
  },
  async create(aws, planned, onCreated) {
    const tags = tagList(textMapAt(planned, "tags_all"));
    const { Policy } = await aws.clients.iam.createPolicy({
      PolicyName: requiredText(planned, "name"),
      Path: textAt(planned, "path"),
      Description: textAt(planned, "description"),
      PolicyDocument: normalizeJson(requiredText(planned, "policy")),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    await onCreated({ id: Policy?.Arn ?? "", arn: Policy?.Arn ?? "" });
  },
  read,
  async update(aws, prior, planned, changed) {
    const PolicyArn = requiredText(prior, "id");
    if (changed("policy")) {
      await pruneVersions(aws, PolicyArn);
      const PolicyDocument = normalizeJson(requiredText(planned, "policy"));
      await aws.clients.iam.createPolicyVersion({ PolicyArn, PolicyDocument, SetAsDefault: true });
    }
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await aws.clients.iam.untagPolicy({ PolicyArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.iam.tagPolicy({ PolicyArn, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const PolicyArn = requiredText(state, "id");
    await unlessMissing(MISSING, async () => {
      for (const version of await listVersions(aws, PolicyArn)) {
        if (version.IsDefaultVersion !== true)
          await aws.clients.iam.deletePolicyVersion({ PolicyArn, VersionId: version.VersionId });
      }
      await aws.clients.iam.deletePolicy({ PolicyArn });
    });
  },
  async find(aws, planned) {
    const name = textAt(planned, "name");
    if (name === undefined) return null;
    const id = `arn:${aws.partition}:iam::${await aws.accountId()}:policy${textAt(planned, "path") ?? "/"}${name}`;
    return { id, arn: id };
  },
};

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, async () => {
    const { Policy } = await aws.clients.iam.getPolicy({ PolicyArn: id });
    const { PolicyVersion } = await aws.clients.iam.getPolicyVersion({ PolicyArn: id, VersionId: Policy?.DefaultVersionId });
    return { policy: Policy, version: PolicyVersion };
  });
  if (found?.policy === undefined) return null;
  const { policy, version } = found;
  return {
    id,
    arn: policy.Arn ?? id,
    attachment_count: policy.AttachmentCount ?? 0,
    description: policy.Description ?? "",
    name: policy.PolicyName ?? "",
    name_prefix: prefixOfName(policy.PolicyName ?? ""),
    path: policy.Path ?? "/",
    policy: decodePolicy(version?.Document),
    policy_id: policy.PolicyId ?? "",
    tags_all: tagMap(policy.Tags),
  };
}

async function listVersions(aws: AwsContext, PolicyArn: string) {
  const { Versions = [] } = await aws.clients.iam.listPolicyVersions({ PolicyArn });
  return Versions;
}

/** Makes room for a version: the oldest that is not the default one goes. */
async function pruneVersions(aws: AwsContext, PolicyArn: string): Promise<void> {
  const versions = await listVersions(aws, PolicyArn);
  if (versions.length < VERSIONS_MAX) return;
  const old = versions.filter((version) => version.IsDefaultVersion !== true);
  old.sort((a, b) => (a.CreateDate?.getTime() ?? 0) - (b.CreateDate?.getTime() ?? 0));
  const [oldest] = old;
  if (oldest !== undefined) await aws.clients.iam.deletePolicyVersion({ PolicyArn, VersionId: oldest.VersionId });
}
