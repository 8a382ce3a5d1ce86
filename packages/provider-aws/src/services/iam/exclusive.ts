/** Types that say which policies a role, user or group has and no others (plugin framework, no id): one row of list, add and remove each. */
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textsAt } from "../attribute-map.ts";
import { type Check, runChecks } from "../checks.ts";
import { IAM_MISSING } from "./paging.ts";

export interface Exclusive {
  readonly type: string;
  /** Whose policies; `<owner>_name` is the attribute. */
  readonly owner: "role" | "user" | "group";
  /** Attribute with the policies. */
  readonly names: string;
  readonly checks?: readonly Check[];
  list(aws: AwsContext, owner: string): Promise<readonly string[]>;
  /** Absent: what config names and the owner has not is an error of the inline policies' own type. */
  add?(aws: AwsContext, owner: string, name: string): Promise<unknown>;
  remove(aws: AwsContext, owner: string, name: string): Promise<unknown>;
}

/** The resource type of a row. Destroying it leaves the owner as it is. */
export function exclusive({ type, owner, names, checks = [], list, add, remove }: Exclusive): NativeResource {
  const attribute = `${owner}_name`;
  const settle = async (aws: AwsContext, planned: ValueObject) => {
    const name = requiredText(planned, attribute);
    const [has, wanted] = [await list(aws, name), textsAt(planned, names)];
    for (const each of wanted.filter((policy) => !has.includes(policy))) await add?.(aws, name, each);
    for (const each of has.filter((policy) => !wanted.includes(policy)))
      await unlessMissing(IAM_MISSING, () => remove(aws, name, each));
  };
  return {
    type,
    forceNew: [attribute],
    validate: (config) => runChecks(checks, config),
    async create(aws, planned, onCreated) {
      await settle(aws, planned);
      await onCreated({ [attribute]: requiredText(planned, attribute) });
    },
    async read(aws, state) {
      const name = requiredText(state, attribute);
      const found = await unlessMissing(IAM_MISSING, () => list(aws, name));
      return found === undefined ? null : { [attribute]: name, [names]: found };
    },
    update: (aws, _prior, planned) => settle(aws, planned),
    delete: async () => {},
    // An owner without policies is imported with an empty list, as the real one does it.
    importId: (id) => ({ [attribute]: id, [names]: [] }),
    async find(_aws, planned) {
      const name = textAt(planned, attribute);
      return name === undefined ? null : { [attribute]: name };
    },
  };
}
