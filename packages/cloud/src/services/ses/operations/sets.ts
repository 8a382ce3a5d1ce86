/** Configuration sets and event destinations by version 1's names. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import * as v2 from "../../sesv2/operations/configuration-sets.ts";
import { cut } from "../../sesv2/page.ts";
import { findSet, putSet, removeSet, type SetRecord, setsOf } from "../../sesv2/store.ts";
import { alreadyExists, invalidParameter, noSet, reworded } from "../errors.ts";

interface Named {
  readonly ConfigurationSetName: string;
}

function need(ctx: Ctx, name: string): SetRecord {
  const found = findSet(ctx, name);
  if (found === undefined) throw noSet(name);
  return found;
}

export function createSet(ctx: Ctx, input: { readonly ConfigurationSet: { readonly Name: string } }): object {
  const ConfigurationSetName = input.ConfigurationSet.Name;
  return reworded(() => v2.createConfigurationSet(ctx, { ConfigurationSetName }), {
    AlreadyExistsException: () =>
      alreadyExists("ConfigurationSetAlreadyExistsException", `Configuration set <${ConfigurationSetName}> already exists.`),
    BadRequestException: (message) => new ServiceError("InvalidConfigurationSetException", 400, message),
  });
}

export function deleteSet(ctx: Ctx, input: Named): object {
  removeSet(ctx, need(ctx, input.ConfigurationSetName).name);
  return {};
}

interface DestinationV1 {
  readonly Name: string;
  readonly Enabled?: boolean;
  readonly MatchingEventTypes: readonly string[];
  readonly SNSDestination?: { readonly TopicARN: string };
  readonly CloudWatchDestination?: {
    readonly DimensionConfigurations: readonly {
      readonly DimensionName: string;
      readonly DimensionValueSource: string;
      readonly DefaultDimensionValue: string;
    }[];
  };
  readonly KinesisFirehoseDestination?: unknown;
}

const upper = (type: string) => (type === "renderingFailure" ? "RENDERING_FAILURE" : type.toUpperCase());
const lower = (type: string) => (type === "RENDERING_FAILURE" ? "renderingFailure" : type.toLowerCase());

function toV2(given: DestinationV1) {
  return {
    EventDestinationName: given.Name,
    EventDestination: {
      Enabled: given.Enabled === true,
      MatchingEventTypes: given.MatchingEventTypes.map(upper),
      ...(given.SNSDestination === undefined ? {} : { SnsDestination: { TopicArn: given.SNSDestination.TopicARN } }),
      ...(given.CloudWatchDestination === undefined
        ? {}
        : {
            CloudWatchDestination: {
              DimensionConfigurations: given.CloudWatchDestination.DimensionConfigurations.map((each) => ({
                ...each,
                DimensionValueSource: each.DimensionValueSource.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase(),
              })),
            },
          }),
      ...(given.KinesisFirehoseDestination === undefined ? {} : { KinesisFirehoseDestination: given.KinesisFirehoseDestination }),
    },
  };
}

interface OnDestination extends Named {
  readonly EventDestination: DestinationV1;
}

const DESTINATION_CODES = {
  AlreadyExistsException: (message: string) => alreadyExists("EventDestinationAlreadyExistsException", message),
  NotFoundException: (message: string) => new ServiceError("EventDestinationDoesNotExistException", 400, message),
  BadRequestException: invalidParameter,
};

export function createDestination(ctx: Ctx, input: OnDestination): object {
  need(ctx, input.ConfigurationSetName);
  const given = { ...toV2(input.EventDestination), ConfigurationSetName: input.ConfigurationSetName };
  return reworded(() => v2.createDestination(ctx, given), DESTINATION_CODES);
}

export function updateDestination(ctx: Ctx, input: OnDestination): object {
  need(ctx, input.ConfigurationSetName);
  const given = { ...toV2(input.EventDestination), ConfigurationSetName: input.ConfigurationSetName };
  return reworded(() => v2.updateDestination(ctx, given), DESTINATION_CODES);
}

export function deleteDestination(ctx: Ctx, input: Named & { readonly EventDestinationName: string }): object {
  need(ctx, input.ConfigurationSetName);
  return reworded(() => v2.deleteDestination(ctx, input), DESTINATION_CODES);
}

export function describeSet(ctx: Ctx, input: Named & { readonly ConfigurationSetAttributeNames?: readonly string[] }): object {
  const set = need(ctx, input.ConfigurationSetName);
  const wanted = input.ConfigurationSetAttributeNames ?? [];
  const { DeliveryOptions = {}, TrackingOptions = {}, ReputationOptions = {}, SendingOptions = {} } = set.options;
  const EventDestinations = set.destinations.map(({ name, enabled, types, topicArn, dimensions }) => ({
    Name: name,
    Enabled: enabled,
    MatchingEventTypes: types.map(lower),
    ...(topicArn === undefined ? {} : { SNSDestination: { TopicARN: topicArn } }),
    ...(dimensions === undefined
      ? {}
      : {
          CloudWatchDestination: {
            DimensionConfigurations: dimensions.map((each) => ({
              DimensionName: each.name,
              DimensionValueSource: { MESSAGE_TAG: "messageTag", EMAIL_HEADER: "emailHeader" }[each.source] ?? "linkTag",
              DefaultDimensionValue: each.fallback,
            })),
          },
        }),
  }));
  return {
    ConfigurationSet: { Name: set.name },
    ...(wanted.includes("eventDestinations") ? { EventDestinations } : {}),
    ...(wanted.includes("deliveryOptions") ? deliveryShown(DeliveryOptions) : {}),
    ...(wanted.includes("trackingOptions") && Object.keys(TrackingOptions).length > 0 ? { TrackingOptions } : {}),
    ...(wanted.includes("reputationOptions") ? { ReputationOptions: { ...ReputationOptions, ...SendingOptions } } : {}),
  };
}

/** Version 1 writes `Require` what version 2 writes `REQUIRE`, and leaves out what nobody set. */
function deliveryShown({ TlsPolicy }: { readonly TlsPolicy?: unknown }): object {
  if (typeof TlsPolicy !== "string") return {};
  return { DeliveryOptions: { TlsPolicy: TlsPolicy.charAt(0) + TlsPolicy.slice(1).toLowerCase() } };
}

export function listSets(ctx: Ctx, input: { readonly NextToken?: string; readonly MaxItems?: number }): object {
  const page = { NextToken: input.NextToken, PageSize: input.MaxItems };
  const { shown, more } = cut(
    page,
    setsOf(ctx),
    ({ name }) => name,
    () => invalidParameter("The NextToken is not valid."),
    1000,
  );
  return { ConfigurationSets: shown.map(({ name }) => ({ Name: name })), ...more };
}

function setOption(ctx: Ctx, name: string, part: string, value: object): void {
  const set = need(ctx, name);
  putSet(ctx, { ...set, options: { ...set.options, [part]: { ...set.options[part], ...value } } });
}

export function updateSending(ctx: Ctx, input: Named & { readonly Enabled: boolean }): void {
  setOption(ctx, input.ConfigurationSetName, "SendingOptions", { SendingEnabled: input.Enabled });
}

export function updateReputation(ctx: Ctx, input: Named & { readonly Enabled: boolean }): void {
  setOption(ctx, input.ConfigurationSetName, "ReputationOptions", { ReputationMetricsEnabled: input.Enabled });
}

export function putDelivery(ctx: Ctx, input: Named & { readonly DeliveryOptions?: { readonly TlsPolicy?: string } }): object {
  const policy = input.DeliveryOptions?.TlsPolicy;
  setOption(ctx, input.ConfigurationSetName, "DeliveryOptions", policy === undefined ? {} : { TlsPolicy: policy.toUpperCase() });
  return {};
}
