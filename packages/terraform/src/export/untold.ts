import { type Diagnostic, warningDiagnostic } from "@dovetail/model";
import type { RecordedResource } from "./record-program.ts";

/** Options of a program's resources that Terraform's language has no words for. */

interface Untold {
  /** The option, as programs call it. */
  readonly option: string;
  readonly has: (resource: RecordedResource) => boolean;
  /** What stands above the resource. */
  readonly comment: string;
  readonly fix: string;
}

const lifecycle = ({ registration }: RecordedResource) => ("lifecycle" in registration ? (registration.lifecycle ?? {}) : {});
const hooks = ({ registration }: RecordedResource) => ("hooks" in registration ? registration.hooks : undefined);

const UNTOLD: readonly Untold[] = [
  {
    option: "retainOnDelete",
    has: (resource) => lifecycle(resource).retainOnDelete === true,
    comment: "In the program the object stays when the resource goes: a removed block with destroy = false does that here.",
    fix: "Before a resource is taken out, write\n    removed {\n      from = ADDRESS\n      lifecycle {\n        destroy = false\n      }\n    }",
  },
  {
    option: "deletedWith",
    has: (resource) => lifecycle(resource).deletedWith !== undefined,
    comment: "In the program the object goes with another one; here it is deleted by itself.",
    fix: "Nothing has to be done: deleting takes one call more.",
  },
  {
    option: "replaceOnChanges",
    has: (resource) => lifecycle(resource).replaceOnChanges !== undefined,
    comment: "In the program some changes replace the object that are updates here.",
    fix: "Replace it by hand where that is wanted:\n    terraform apply -replace=ADDRESS",
  },
  {
    option: "replacementTrigger",
    has: (resource) => lifecycle(resource).replacementTrigger !== undefined,
    comment: "In the program a value of its own replaces the object when it changes.",
    fix: "Put the value into a terraform_data resource and name that in replace_triggered_by.",
  },
  {
    option: "hooks",
    has: (resource) => Object.keys(hooks(resource) ?? {}).length > 0,
    comment: "In the program functions of its own run before and after this is changed.",
    fix: "Run them beside terraform.",
  },
];

/** Lines above a resource. */
export function untoldComments(resource: RecordedResource): readonly string[] {
  return UNTOLD.filter(({ has }) => has(resource)).map(({ comment }) => comment);
}

/** One warning for each option that is used. */
export function untoldOptions(resources: readonly RecordedResource[]): readonly Diagnostic[] {
  return UNTOLD.flatMap(({ option, has, fix }) => {
    const addresses = resources.filter(has).map(({ address }) => address);
    if (addresses.length === 0) return [];
    const detail = `The option "${option}" has no counterpart in Terraform; a comment stands at ${listed(addresses)}.`;
    return [warningDiagnostic("DVT7008", "Not in the export", { detail, fix })];
  });
}

const LISTED_MAX = 5;

function listed(addresses: readonly string[]): string {
  const more = addresses.length - LISTED_MAX;
  return `${addresses.slice(0, LISTED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
