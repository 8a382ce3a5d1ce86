/** Types that say which policies a role has and no others (plugin framework, no id): one row of list, add and remove each. */
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { type Check, runChecks } from "../checks.ts";
import { IAM_MISSING } from "./paging.ts";

export interface Exclusive {
  readonly type: string;
  /** Attribute with the policies. */
  readonly names: string;
  readonly checks?: readonly Check[];
  list(aws: AwsContext, role: string): Promise<readonly string[]>;
  /** Absent: what config names and the role has not is an error of the inline policies' own type. */
  add?(aws: AwsContext, role: string, name: string): Promise<unknown>;
  remove(aws: AwsContext, role: string, name: string): Promise<unknown>;
}

/** The resource type of a row. Destroying it leaves the role as it is. */
export function exclusive({ type, names, checks = [], list, add, remove }: Exclusive): NativeResource {
  const settle = async (aws: AwsContext, planned: ValueObject) => {
    const role = requiredText(planned, "role_name");
    const [has, wanted] = [await list(aws, role), textsAt(planned, names)];
    for (const name of wanted.filter((each) => !has.includes(each))) await add?.(aws, role, name);
    for (const name of has.filter((each) => !wanted.includes(each)))
      await unlessMissing(IAM_MISSING, () => remove(aws, role, name));
  };
  return {
    type,
    forceNew: ["role_name"],
    validate: (config) => runChecks(checks, config),
    async create(aws, planned, onCreated) {
      await settle(aws, planned);
      await onCreated({ role_name: requiredText(planned, "role_name") });
    },
    async read(aws, state) {
      const role = requiredText(state, "role_name");
      const found = await unlessMissing(IAM_MISSING, () => list(aws, role));
      return found === undefined ? null : { role_name: role, [names]: found };
    },
    update: (aws, _prior, planned) => settle(aws, planned),
    delete: async () => {},
    importId: (id) => ({ role_name: id }),
    async find(_aws, planned) {
      const role = textAt(planned, "role_name");
      return role === undefined ? null : { role_name: role };
    },
  };
}
