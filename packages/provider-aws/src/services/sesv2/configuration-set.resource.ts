import type {
  DeliveryOptions,
  FeatureStatus,
  GetConfigurationSetCommandOutput,
  HttpsPolicy,
  SuppressionListReason,
  TlsPolicy,
  TrackingOptions,
  VdmOptions,
} from "@aws-sdk/client-sesv2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, enumAt, isTrue, numberAt, requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { between, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";

const MISSING = ["NotFoundException"];

const CHECKS = [
  lengthBetween("configuration_set_name", 1, 64),
  between("delivery_options.max_delivery_seconds", 300, 50_400),
  oneOf("delivery_options.tls_policy", ["REQUIRE", "OPTIONAL"]),
  oneOf("suppression_options.suppressed_reasons", ["BOUNCE", "COMPLAINT"]),
  oneOf("tracking_options.https_policy", ["REQUIRE", "REQUIRE_OPEN_ONLY", "OPTIONAL"]),
  oneOf("vdm_options.dashboard_options.engagement_metrics", ["ENABLED", "DISABLED"]),
  oneOf("vdm_options.guardian_options.optimized_shared_delivery", ["ENABLED", "DISABLED"]),
];

/** aws_sesv2_configuration_set. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_sesv2_configuration_set",
  forceNew: ["configuration_set_name"],
  computedBlocks: { reputation_options: true, sending_options: true },
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const ConfigurationSetName = requiredText(planned, "configuration_set_name");
    const [reputation, sending] = [blockAt(planned, "reputation_options"), blockAt(planned, "sending_options")];
    const suppression = blockAt(planned, "suppression_options");
    const tags = tagList(textMapAt(planned, "tags_all"));
    await aws.clients.sesv2.createConfigurationSet({
      ConfigurationSetName,
      DeliveryOptions: deliveryOf(planned),
      ReputationOptions: reputation && { ReputationMetricsEnabled: isTrue(reputation, "reputation_metrics_enabled") },
      SendingOptions: sending && { SendingEnabled: isTrue(sending, "sending_enabled") },
      SuppressionOptions: suppression && { SuppressedReasons: reasonsOf(suppression) },
      TrackingOptions: trackingOf(planned),
      VdmOptions: vdmOf(planned),
      Tags: tags.length > 0 ? tags : undefined,
    });
    await onCreated({ id: ConfigurationSetName });
  },
  read,
  update,
  async delete(aws, state) {
    const ConfigurationSetName = requiredText(state, "id");
    await unlessMissing(MISSING, () => aws.clients.sesv2.deleteConfigurationSet({ ConfigurationSetName }));
  },
  async find(aws, planned) {
    const ConfigurationSetName = requiredText(planned, "configuration_set_name");
    const found = await unlessMissing(MISSING, () => aws.clients.sesv2.getConfigurationSet({ ConfigurationSetName }));
    return found === undefined ? null : { id: ConfigurationSetName };
  },
};

function deliveryOf(planned: ValueObject): DeliveryOptions | undefined {
  const block = blockAt(planned, "delivery_options");
  if (block === undefined) return undefined;
  const seconds = numberAt(block, "max_delivery_seconds");
  return {
    MaxDeliverySeconds: seconds === 0 ? undefined : seconds,
    SendingPoolName: textAt(block, "sending_pool_name"),
    TlsPolicy: enumAt<TlsPolicy>(block, "tls_policy"),
  };
}

function reasonsOf(block: ValueObject): SuppressionListReason[] | undefined {
  const reasons = textsAt(block, "suppressed_reasons") as SuppressionListReason[];
  return reasons.length > 0 ? reasons : undefined;
}

function trackingOf(planned: ValueObject): TrackingOptions | undefined {
  const block = blockAt(planned, "tracking_options");
  if (block === undefined) return undefined;
  return {
    CustomRedirectDomain: textAt(block, "custom_redirect_domain"),
    HttpsPolicy: enumAt<HttpsPolicy>(block, "https_policy"),
  };
}

function vdmOf(planned: ValueObject): VdmOptions | undefined {
  const block = blockAt(planned, "vdm_options");
  if (block === undefined) return undefined;
  const [dashboard, guardian] = [blockAt(block, "dashboard_options"), blockAt(block, "guardian_options")];
  return {
    DashboardOptions: dashboard && { EngagementMetrics: enumAt<FeatureStatus>(dashboard, "engagement_metrics") },
    GuardianOptions: guardian && { OptimizedSharedDelivery: enumAt<FeatureStatus>(guardian, "optimized_shared_delivery") },
  };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await unlessMissing(MISSING, () => aws.clients.sesv2.getConfigurationSet({ ConfigurationSetName: id }));
  if (found === undefined) return null;
  const arn = `arn:${aws.partition}:ses:${aws.region}:${await aws.accountId()}:configuration-set/${id}`;
  const tags = await unlessMissing(MISSING, () => aws.clients.sesv2.listTagsForResource({ ResourceArn: arn }));
  return {
    ...state,
    id,
    arn,
    configuration_set_name: found.ConfigurationSetName ?? id,
    ...options(found),
    vdm_options: found.VdmOptions === undefined ? [] : [flattenVdm(found.VdmOptions)],
    tags_all: tagMap(tags?.Tags),
  };
}

function options(found: GetConfigurationSetCommandOutput): ValueObject {
  const [delivery, reputation, sending] = [found.DeliveryOptions, found.ReputationOptions, found.SendingOptions];
  const [suppression, tracking] = [found.SuppressionOptions, found.TrackingOptions];
  return {
    delivery_options: delivery
      ? [
          {
            max_delivery_seconds: delivery.MaxDeliverySeconds ?? 0,
            sending_pool_name: delivery.SendingPoolName ?? "",
            tls_policy: delivery.TlsPolicy ?? "",
          },
        ]
      : [],
    reputation_options: reputation
      ? [
          {
            last_fresh_start: rfc3339(reputation.LastFreshStart),
            reputation_metrics_enabled: reputation.ReputationMetricsEnabled ?? false,
          },
        ]
      : [],
    sending_options: sending ? [{ sending_enabled: sending.SendingEnabled ?? false }] : [],
    suppression_options: suppression ? [{ suppressed_reasons: suppression.SuppressedReasons ?? [] }] : [],
    tracking_options: tracking
      ? [{ custom_redirect_domain: tracking.CustomRedirectDomain ?? "", https_policy: tracking.HttpsPolicy ?? "" }]
      : [],
  };
}

function flattenVdm(found: VdmOptions): ValueObject {
  const [dashboard, guardian] = [found.DashboardOptions, found.GuardianOptions];
  return {
    dashboard_options: dashboard ? [{ engagement_metrics: dashboard.EngagementMetrics ?? "" }] : [],
    guardian_options: guardian ? [{ optimized_shared_delivery: guardian.OptimizedSharedDelivery ?? "" }] : [],
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const ConfigurationSetName = requiredText(prior, "id");
  const { sesv2 } = aws.clients;
  if (changed("delivery_options"))
    await sesv2.putConfigurationSetDeliveryOptions({ ConfigurationSetName, ...deliveryOf(planned) });
  if (changed("reputation_options")) {
    const ReputationMetricsEnabled = isTrue(blockAt(planned, "reputation_options") ?? {}, "reputation_metrics_enabled");
    await sesv2.putConfigurationSetReputationOptions({ ConfigurationSetName, ReputationMetricsEnabled });
  }
  const sending = blockAt(planned, "sending_options");
  if (changed("sending_options") && sending !== undefined) {
    const SendingEnabled = isTrue(sending, "sending_enabled");
    await sesv2.putConfigurationSetSendingOptions({ ConfigurationSetName, SendingEnabled });
  }
  if (changed("suppression_options")) {
    const SuppressedReasons = reasonsOf(blockAt(planned, "suppression_options") ?? {});
    await sesv2.putConfigurationSetSuppressionOptions({ ConfigurationSetName, SuppressedReasons });
  }
  if (changed("tracking_options"))
    await sesv2.putConfigurationSetTrackingOptions({ ConfigurationSetName, ...trackingOf(planned) });
  if (changed("vdm_options")) await sesv2.putConfigurationSetVdmOptions({ ConfigurationSetName, VdmOptions: vdmOf(planned) });
  const { removed, added } = changedTags(prior, planned);
  const ResourceArn = requiredText(prior, "arn");
  if (removed.length > 0) await sesv2.untagResource({ ResourceArn, TagKeys: removed });
  if (Object.keys(added).length > 0) await sesv2.tagResource({ ResourceArn, Tags: tagList(added) });
}
