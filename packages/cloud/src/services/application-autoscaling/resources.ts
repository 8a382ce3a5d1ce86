import { type Ctx, ServiceError } from "../../core/service.ts";
import { invalid, type TargetName } from "./store.ts";

/**
 * What can be scaled here: throughput of DynamoDB tables and indexes, provisioned concurrency of functions. How it is read and set,
 * the metrics that a target is tracked by, and what the service-linked role is called.
 * Application Auto Scaling user guide, "AWS services that you can use with Application Auto Scaling"; API reference, RegisterScalableTarget.
 */
export interface Scalable {
  /** In the descriptions of activities. */
  readonly unit: string;
  readonly role: string;
  /** Metrics that AWS has ready for a policy, each with what an alarm on it looks at. */
  readonly predefined: { readonly [metricType: string]: MetricOf };
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  /** What it has now. Throws ValidationException when the resource isn't there. */
  current(): Promise<number>;
  set(capacity: number): Promise<void>;
}

export interface MetricOf {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Statistic: "Sum" | "Average";
  /** The provisioned amount's metric, where the target is a share of it. */
  readonly provisioned?: string;
}

interface Throughput {
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}
interface TableAnswer {
  readonly Table?: {
    readonly ProvisionedThroughput?: Throughput;
    readonly GlobalSecondaryIndexes?: readonly { readonly IndexName?: string; readonly ProvisionedThroughput?: Throughput }[];
  };
}

const UNSUPPORTED = "Unsupported service namespace, resource type or scalable dimension";

/** Throws ValidationException for a combination that AWS refuses, NotImplemented for services that this cloud hasn't. */
export function scalable(ctx: Ctx, { ServiceNamespace, ResourceId, ScalableDimension }: TargetName): Scalable {
  if (!ScalableDimension.startsWith(`${ServiceNamespace}:`)) throw invalid(UNSUPPORTED);
  switch (ScalableDimension) {
    case "dynamodb:table:ReadCapacityUnits":
    case "dynamodb:table:WriteCapacityUnits":
    case "dynamodb:index:ReadCapacityUnits":
    case "dynamodb:index:WriteCapacityUnits":
      return throughput(ctx, ResourceId, ScalableDimension);
    case "lambda:function:ProvisionedConcurrency":
      return concurrency(ctx, ResourceId);
    default:
      throw new ServiceError(
        "NotImplemented",
        501,
        `NotImplemented: application-autoscaling of ${ScalableDimension} is not emulated by this cloud; DynamoDB and Lambda are`,
      );
  }
}

function throughput(ctx: Ctx, id: string, dimension: string): Scalable {
  const [, table = "", index] = /^table\/([\w.-]+)(?:\/index\/([\w.-]+))?$/.exec(id) ?? [];
  if (table === "" || dimension.startsWith("dynamodb:index:") !== (index !== undefined)) throw invalid(UNSUPPORTED);
  const unit = dimension.endsWith("ReadCapacityUnits") ? "ReadCapacityUnits" : "WriteCapacityUnits";
  const describe = async () => {
    try {
      const { Table } = await ctx.call<TableAnswer>("dynamodb", "DescribeTable", { TableName: table });
      const found =
        index === undefined
          ? Table?.ProvisionedThroughput
          : Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index)?.ProvisionedThroughput;
      if (found === undefined && index !== undefined) throw invalid(`DynamoDB index does not exist: ${id}`);
      return found ?? {};
    } catch (cause) {
      if (cause instanceof ServiceError && cause.code === "ResourceNotFoundException")
        throw invalid(`DynamoDB table does not exist: table/${table}`);
      throw cause;
    }
  };
  return {
    unit: unit === "ReadCapacityUnits" ? "read capacity units" : "write capacity units",
    role: "dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    predefined: {
      [`DynamoDB${unit.replace("Units", "")}Utilization`]: {
        Namespace: "AWS/DynamoDB",
        MetricName: `Consumed${unit}`,
        Statistic: "Sum",
        provisioned: `Provisioned${unit}`,
      },
    },
    dimensions: [
      { Name: "TableName", Value: table },
      ...(index === undefined ? [] : [{ Name: "GlobalSecondaryIndexName", Value: index }]),
    ],
    current: async () => (await describe())[unit] ?? 0,
    async set(capacity) {
      const both = await describe();
      const ProvisionedThroughput = {
        ReadCapacityUnits: both.ReadCapacityUnits,
        WriteCapacityUnits: both.WriteCapacityUnits,
        [unit]: capacity,
      };
      const change =
        index === undefined
          ? { ProvisionedThroughput }
          : { GlobalSecondaryIndexUpdates: [{ Update: { IndexName: index, ProvisionedThroughput } }] };
      await ctx.call("dynamodb", "UpdateTable", { TableName: table, ...change });
    },
  };
}

function concurrency(ctx: Ctx, id: string): Scalable {
  const [, FunctionName = "", Qualifier = ""] = /^function:([\w-]+):([\w-]+)$/.exec(id) ?? [];
  if (FunctionName === "") throw invalid(UNSUPPORTED);
  return {
    unit: "provisioned concurrency",
    role: "lambda.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency",
    predefined: {
      LambdaProvisionedConcurrencyUtilization: {
        Namespace: "AWS/Lambda",
        MetricName: "ProvisionedConcurrencyUtilization",
        Statistic: "Average",
      },
    },
    dimensions: [
      { Name: "FunctionName", Value: FunctionName },
      { Name: "Resource", Value: `${FunctionName}:${Qualifier}` },
    ],
    async current() {
      try {
        await ctx.call("lambda", "GetFunctionConfiguration", { FunctionName, Qualifier });
      } catch (cause) {
        if (cause instanceof ServiceError && cause.code === "ResourceNotFoundException")
          throw invalid(`The function or alias does not exist: ${id}`);
        throw cause;
      }
      try {
        const answer = await ctx.call<{ readonly RequestedProvisionedConcurrentExecutions?: number }>(
          "lambda",
          "GetProvisionedConcurrencyConfig",
          { FunctionName, Qualifier },
        );
        return answer.RequestedProvisionedConcurrentExecutions ?? 0;
      } catch (cause) {
        if (cause instanceof ServiceError && cause.code === "ProvisionedConcurrencyConfigNotFoundException") return 0;
        throw cause;
      }
    },
    async set(capacity) {
      await ctx.call("lambda", "PutProvisionedConcurrencyConfig", {
        FunctionName,
        Qualifier,
        ProvisionedConcurrentExecutions: capacity,
      });
    },
  };
}
