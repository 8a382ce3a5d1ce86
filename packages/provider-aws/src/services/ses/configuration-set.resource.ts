import type { TlsPolicy } from "@aws-sdk/client-ses";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, enumAt, isTrue, requiredText, textAt } from "../attribute-map.ts";
import { lengthBetween, oneOf, runChecks } from "../checks.ts";
import { rfc3339 } from "../timestamp.ts";
import { endsWithoutPeriod } from "./domain-identity.resource.ts";
import { findSet, SET_MISSING, sesArn } from "./find.ts";

const CHECKS = [
  oneOf("delivery_options.tls_policy", ["Require", "Optional"]),
  lengthBetween("name", 1, 64),
  endsWithoutPeriod("tracking_options.custom_redirect_domain"),
];

/** aws_ses_configuration_set. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_ses_configuration_set",
  defaults: { "delivery_options.tls_policy": "Optional", reputation_metrics_enabled: false, sending_enabled: true },
  forceNew: ["name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const ConfigurationSetName = requiredText(planned, "name");
    await aws.clients.ses.createConfigurationSet({ ConfigurationSet: { Name: ConfigurationSetName } });
    await onCreated({ id: ConfigurationSetName });
    if (blockAt(planned, "delivery_options") !== undefined) await putDelivery(aws, ConfigurationSetName, planned);
    if (isTrue(planned, "reputation_metrics_enabled"))
      await aws.clients.ses.updateConfigurationSetReputationMetricsEnabled({ ConfigurationSetName, Enabled: true });
    if (planned.sending_enabled === false)
      await aws.clients.ses.updateConfigurationSetSendingEnabled({ ConfigurationSetName, Enabled: false });
    const TrackingOptions = trackingOf(planned);
    if (TrackingOptions !== undefined)
      await aws.clients.ses.createConfigurationSetTrackingOptions({ ConfigurationSetName, TrackingOptions });
  },
  read,
  update,
  async delete(aws, state) {
    const ConfigurationSetName = requiredText(state, "id");
    await unlessMissing(SET_MISSING, () => aws.clients.ses.deleteConfigurationSet({ ConfigurationSetName }));
  },
  async find(aws, planned) {
    const id = requiredText(planned, "name");
    return (await findSet(aws, id)) === undefined ? null : { id };
  },
};

async function putDelivery(aws: AwsContext, ConfigurationSetName: string, planned: ValueObject): Promise<void> {
  const block = blockAt(planned, "delivery_options");
  await aws.clients.ses.putConfigurationSetDeliveryOptions({
    ConfigurationSetName,
    DeliveryOptions: block === undefined ? undefined : { TlsPolicy: enumAt<TlsPolicy>(block, "tls_policy") },
  });
}

function trackingOf(planned: ValueObject) {
  const block = blockAt(planned, "tracking_options");
  return block === undefined ? undefined : { CustomRedirectDomain: textAt(block, "custom_redirect_domain") };
}

async function read(aws: AwsContext, state: ValueObject): Promise<ValueObject | null> {
  const id = requiredText(state, "id");
  const found = await findSet(aws, id);
  if (found === undefined) return null;
  const [delivery, tracking, reputation] = [found.DeliveryOptions, found.TrackingOptions, found.ReputationOptions];
  return {
    ...state,
    id,
    arn: await sesArn(aws, `configuration-set/${id}`),
    delivery_options: delivery === undefined ? [] : [{ tls_policy: delivery.TlsPolicy ?? "" }],
    last_fresh_start: reputation?.LastFreshStart === undefined ? "0001-01-01T00:00:00Z" : rfc3339(reputation.LastFreshStart),
    name: found.ConfigurationSet?.Name ?? id,
    reputation_metrics_enabled: reputation?.ReputationMetricsEnabled ?? false,
    sending_enabled: reputation?.SendingEnabled ?? false,
    tracking_options: tracking === undefined ? [] : [{ custom_redirect_domain: tracking.CustomRedirectDomain ?? "" }],
  };
}

async function update(
  aws: AwsContext,
  prior: ValueObject,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const ConfigurationSetName = requiredText(prior, "id");
  if (changed("delivery_options")) await putDelivery(aws, ConfigurationSetName, planned);
  if (changed("reputation_metrics_enabled")) {
    const Enabled = isTrue(planned, "reputation_metrics_enabled");
    await aws.clients.ses.updateConfigurationSetReputationMetricsEnabled({ ConfigurationSetName, Enabled });
  }
  if (changed("sending_enabled")) {
    const Enabled = isTrue(planned, "sending_enabled");
    await aws.clients.ses.updateConfigurationSetSendingEnabled({ ConfigurationSetName, Enabled });
  }
  if (!changed("tracking_options")) return;
  const TrackingOptions = trackingOf(planned);
  if (TrackingOptions === undefined) await aws.clients.ses.deleteConfigurationSetTrackingOptions({ ConfigurationSetName });
  else if (blockAt(prior, "tracking_options") === undefined)
    await aws.clients.ses.createConfigurationSetTrackingOptions({ ConfigurationSetName, TrackingOptions });
  else await aws.clients.ses.updateConfigurationSetTrackingOptions({ ConfigurationSetName, TrackingOptions });
}
