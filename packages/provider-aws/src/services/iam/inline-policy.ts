/** Inline policies of users and groups are one resource type each, which differ only in their calls. */
import { DiagnosticError, errorDiagnostic, type MutableValueObject, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { conflicts, runChecks } from "../checks.ts";
import { prefixOfName } from "../name-prefix.ts";
import { IAM_MISSING } from "./paging.ts";
import { CONCURRENT, decodePolicy, isPolicyJson, versionFirst } from "./policy-text.ts";

export interface InlinePolicyCalls {
  put(aws: AwsContext, owner: string, PolicyName: string, PolicyDocument: string): Promise<unknown>;
  get(aws: AwsContext, owner: string, PolicyName: string): Promise<{ readonly PolicyDocument?: string | undefined }>;
  remove(aws: AwsContext, owner: string, PolicyName: string): Promise<unknown>;
}

const CHECKS = [conflicts("name", ["name_prefix"]), conflicts("name_prefix", ["name"]), isPolicyJson("policy")];

/** The type for an inline policy of `owner` (`user`, `group`: the attribute's name); id `owner:name`. */
export function inlinePolicy(type: string, owner: "user" | "group", calls: InlinePolicyCalls): NativeResource {
  const parse = (id: string): ValueObject => {
    const at = id.indexOf(":");
    if (at > 0 && at < id.length - 1) return { id, [owner]: id.slice(0, at), name: id.slice(at + 1) };
    const detail = `${owner}_policy id must be of the form <${owner} name>:<policy name>`;
    throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
  };
  const put = async (aws: AwsContext, object: ValueObject, policy: string) => {
    const document = versionFirst(policy);
    await aws.retry(CONCURRENT, () => calls.put(aws, requiredText(object, owner), requiredText(object, "name"), document));
  };
  return {
    type,
    forceNew: ["name", "name_prefix", owner],
    equivalence: { policy: "policy" },
    naming: { attribute: "name", prefix: "name_prefix", maxLength: 128 },
    validate: (config) => runChecks(CHECKS, config),
    customizePlan(prior, planned) {
      const out: MutableValueObject = { ...planned };
      if (typeof planned.policy === "string" && planned.policy !== prior?.policy) out.policy = versionFirst(planned.policy);
      return { planned: out };
    },
    async create(aws, planned, onCreated) {
      await put(aws, planned, requiredText(planned, "policy"));
      await onCreated(parse(`${requiredText(planned, owner)}:${requiredText(planned, "name")}`));
    },
    async read(aws, state) {
      const object = parse(requiredText(state, "id"));
      const name = requiredText(object, "name");
      const found = await unlessMissing(IAM_MISSING, () => calls.get(aws, requiredText(object, owner), name));
      if (found === undefined) return null;
      return { ...object, name_prefix: prefixOfName(name), policy: decodePolicy(found.PolicyDocument) };
    },
    update: (aws, prior, planned) => put(aws, prior, requiredText(planned, "policy")),
    async delete(aws, state) {
      const object = parse(requiredText(state, "id"));
      await unlessMissing(IAM_MISSING, () => calls.remove(aws, requiredText(object, owner), requiredText(object, "name")));
    },
    importId: parse,
    async find(_aws, planned) {
      const name = textAt(planned, "name");
      const of = textAt(planned, owner);
      return name === undefined || of === undefined ? null : parse(`${of}:${name}`);
    },
  };
}
