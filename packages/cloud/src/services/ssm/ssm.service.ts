import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import * as read from "./operations/read.ts";
import * as write from "./operations/write.ts";
import { parameterArn, plainName } from "./parameter.ts";
import { duePolicy } from "./policies.ts";
import { allParameters } from "./store.ts";

interface Named {
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Path?: string;
  readonly ResourceId?: string;
}

/** The ARNs of the parameters that are named, without version and label. */
function iam(ctx: Ctx, input: Named): IamRequest {
  const names = [...(input.Names ?? []), ...[input.Name, input.Path, input.ResourceId].filter((each) => each !== undefined)];
  return { resources: names.map((name) => parameterArn(ctx, plainName(name).split(":")[0] ?? "").replace(/\/$/, "")) };
}

export const service: ServiceDefinition = {
  name: "ssm",
  operations: {
    PutParameter: { handler: write.putParameterOperation, waits: true, iam },
    GetParameter: { handler: read.getParameterOperation, readonly: true, iam },
    GetParameters: { handler: read.getParameters, readonly: true, iam },
    GetParametersByPath: { handler: read.getParametersByPath, readonly: true, iam },
    GetParameterHistory: { handler: read.getParameterHistory, readonly: true, iam },
    DescribeParameters: { handler: read.describeParameters, readonly: true, missing: "shared parameters" },
    DeleteParameter: { handler: write.deleteParameter, iam },
    DeleteParameters: { handler: write.deleteParameters, iam },
    LabelParameterVersion: { handler: write.labelParameterVersion, iam },
    UnlabelParameterVersion: { handler: write.unlabelParameterVersion, iam },
    AddTagsToResource: { handler: write.addTagsToResource, iam, missing: "resource types but Parameter" },
    RemoveTagsFromResource: { handler: write.removeTagsFromResource, iam, missing: "resource types but Parameter" },
    ListTagsForResource: { handler: write.listTagsForResource, readonly: true, iam, missing: "resource types but Parameter" },
  },
  timers: { policy: duePolicy },
  inventory: (ctx) => ({ parameters: [...allParameters(ctx)].length }),
};
