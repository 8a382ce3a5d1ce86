/** Configuration sets, their options and event destinations. */
import { parseArn } from "../../../core/arn.ts";
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { cut, type PageInput } from "../page.ts";
import { V2 } from "../sending.ts";
import { type Destination, findSet, putSet, removeSet, requireSet, type SetRecord, setsOf, type Tag } from "../store.ts";

interface Named {
  readonly ConfigurationSetName: string;
}

type Options = { readonly [name: string]: unknown };

const OPTIONS = ["Delivery", "Reputation", "Sending", "Suppression", "Tracking", "Vdm", "Archiving"].map(
  (each) => `${each}Options`,
);
const SETS_MAX = 10_000;
const DESTINATIONS_MAX = 10;

export function checkSetName(name: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw V2.bad(
      "Invalid configuration set name. It may only contain alphanumeric characters, underscores (_) and hyphens (-), and at most 64 of them.",
    );
}

export function createConfigurationSet(ctx: Ctx, input: Named & Options & { readonly Tags?: readonly Tag[] }): object {
  const name = input.ConfigurationSetName;
  checkSetName(name);
  if (findSet(ctx, name) !== undefined)
    throw new ServiceError("AlreadyExistsException", 400, `Configuration set ${name} already exist.`);
  if (setsOf(ctx).length >= SETS_MAX) throw new ServiceError("LimitExceededException", 400, "Too many configuration sets.");
  const options: Record<string, object> = {
    ReputationOptions: { ReputationMetricsEnabled: false },
    SendingOptions: { SendingEnabled: true },
  };
  for (const each of OPTIONS) {
    const given = input[each];
    if (typeof given === "object" && given !== null) options[each] = given;
  }
  putSet(ctx, { name, createdAtMs: ctx.now(), tags: [...(input.Tags ?? [])], destinations: [], options });
  return {};
}

export function getConfigurationSet(ctx: Ctx, input: Named): object {
  const set = requireSet(ctx, input.ConfigurationSetName);
  return { ConfigurationSetName: set.name, Tags: set.tags, ...set.options };
}

export function deleteConfigurationSet(ctx: Ctx, input: Named): object {
  removeSet(ctx, requireSet(ctx, input.ConfigurationSetName).name);
  return {};
}

export function listConfigurationSets(ctx: Ctx, input: PageInput): object {
  const names = setsOf(ctx).map((set) => set.name);
  const { shown, more } = cut(
    input,
    names,
    (name) => name,
    () => V2.bad("The NextToken is not valid."),
  );
  return { ConfigurationSets: shown, ...more };
}

/** Put…Options: what is given replaces the part; nothing given takes it away. */
export function putOptions(part: string) {
  return (ctx: Ctx, { ConfigurationSetName, ...given }: Named & Options): object => {
    const set = requireSet(ctx, ConfigurationSetName);
    const value = part === "VdmOptions" ? given.VdmOptions : given;
    const options: Record<string, object> = { ...set.options };
    if (typeof value === "object" && value !== null && Object.keys(value).length > 0) options[part] = value;
    else delete options[part];
    putSet(ctx, { ...set, options });
    return {};
  };
}

interface DestinationInput {
  readonly Enabled?: boolean;
  readonly MatchingEventTypes?: readonly string[];
  readonly SnsDestination?: { readonly TopicArn: string };
  readonly EventBridgeDestination?: { readonly EventBusArn: string };
  readonly CloudWatchDestination?: {
    readonly DimensionConfigurations: readonly {
      readonly DimensionName: string;
      readonly DimensionValueSource: string;
      readonly DefaultDimensionValue: string;
    }[];
  };
  readonly KinesisFirehoseDestination?: unknown;
  readonly PinpointDestination?: unknown;
}

function readDestination(name: string, input: DestinationInput): Destination {
  const { SnsDestination: topic, EventBridgeDestination: bus, CloudWatchDestination: metrics } = input;
  for (const refused of ["KinesisFirehoseDestination", "PinpointDestination"] as const)
    if (input[refused] !== undefined)
      throw new ServiceError("NotImplemented", 501, `NotImplemented: an SES event destination with ${refused} is not emulated`);
  if ([topic, bus, metrics].filter((each) => each !== undefined).length !== 1)
    throw V2.bad("An event destination must have exactly one destination type.");
  if ((input.MatchingEventTypes ?? []).length === 0) throw V2.bad("At least one event type must be given.");
  if (bus !== undefined && parseArn(bus.EventBusArn)?.resource !== "event-bus/default")
    throw V2.bad("Only the default event bus is supported as an EventBridge destination.");
  if (topic !== undefined && parseArn(topic.TopicArn)?.service !== "sns")
    throw V2.bad(`Invalid SNS topic ARN <${topic.TopicArn}>.`);
  return {
    name,
    enabled: input.Enabled === true,
    types: input.MatchingEventTypes ?? [],
    ...(topic === undefined ? {} : { topicArn: topic.TopicArn }),
    ...(bus === undefined ? {} : { busArn: bus.EventBusArn }),
    ...(metrics === undefined
      ? {}
      : {
          dimensions: metrics.DimensionConfigurations.map((each) => ({
            name: each.DimensionName,
            source: each.DimensionValueSource,
            fallback: each.DefaultDimensionValue,
          })),
        }),
  };
}

export function showDestination(destination: Destination): object {
  const { topicArn, busArn, dimensions } = destination;
  return {
    Name: destination.name,
    Enabled: destination.enabled,
    MatchingEventTypes: destination.types,
    ...(topicArn === undefined ? {} : { SnsDestination: { TopicArn: topicArn } }),
    ...(busArn === undefined ? {} : { EventBridgeDestination: { EventBusArn: busArn } }),
    ...(dimensions === undefined
      ? {}
      : {
          CloudWatchDestination: {
            DimensionConfigurations: dimensions.map((each) => ({
              DimensionName: each.name,
              DimensionValueSource: each.source,
              DefaultDimensionValue: each.fallback,
            })),
          },
        }),
  };
}

interface OnDestination extends Named {
  readonly EventDestinationName: string;
}

function without(set: SetRecord, name: string): readonly Destination[] {
  if (!set.destinations.some((each) => each.name === name))
    throw new ServiceError(
      "NotFoundException",
      404,
      `Event destination ${name} does not exist in configuration set <${set.name}>.`,
    );
  return set.destinations.filter((each) => each.name !== name);
}

export function createDestination(ctx: Ctx, input: OnDestination & { readonly EventDestination: DestinationInput }): object {
  const set = requireSet(ctx, input.ConfigurationSetName);
  const name = input.EventDestinationName;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw V2.bad("Invalid event destination name.");
  if (set.destinations.some((each) => each.name === name))
    throw new ServiceError(
      "AlreadyExistsException",
      400,
      `Event destination ${name} already exists in configuration set <${set.name}>.`,
    );
  if (set.destinations.length >= DESTINATIONS_MAX)
    throw new ServiceError(
      "LimitExceededException",
      400,
      `A configuration set can have at most ${DESTINATIONS_MAX} event destinations.`,
    );
  putSet(ctx, { ...set, destinations: [...set.destinations, readDestination(name, input.EventDestination)] });
  return {};
}

export function updateDestination(ctx: Ctx, input: OnDestination & { readonly EventDestination: DestinationInput }): object {
  const set = requireSet(ctx, input.ConfigurationSetName);
  const others = without(set, input.EventDestinationName);
  putSet(ctx, { ...set, destinations: [...others, readDestination(input.EventDestinationName, input.EventDestination)] });
  return {};
}

export function deleteDestination(ctx: Ctx, input: OnDestination): object {
  const set = requireSet(ctx, input.ConfigurationSetName);
  putSet(ctx, { ...set, destinations: without(set, input.EventDestinationName) });
  return {};
}

export function getDestinations(ctx: Ctx, input: Named): object {
  return { EventDestinations: requireSet(ctx, input.ConfigurationSetName).destinations.map(showDestination) };
}
