import type { Group } from "./life.ts";

const TOPIC_POLICY = (arn: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "ses", Effect: "Allow", Principal: { Service: "ses.amazonaws.com" }, Action: "sns:Publish", Resource: arn },
    ],
  });
const TOPIC = "arn:aws:sns:us-east-1:123456789012:t";

const DENY = (Name: string) =>
  JSON.stringify({
    Name,
    Version: "2021-06-01",
    Statement: [
      {
        Sid: "s",
        DataDirection: "Inbound",
        Principal: ["*"],
        DataIdentifier: ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
        Operation: { Deny: {} },
      },
    ],
  });

export const MESSAGING: Group = {
  name: "SNS, SQS, SSM",
  rows: [
    { type: "aws_sns_topic", name: "looked-topic", config: () => ({ name: "looked", tags: { a: "b" } }), importId: null },
    { type: "aws_sqs_queue", name: "looked-queue", config: () => ({ name: "looked", tags: { a: "b" } }), importId: null },
    { type: "aws_ssm_parameter", name: "one", config: () => ({ name: "/p/one", type: "String", value: "1" }), importId: null },
    {
      type: "aws_ssm_parameter",
      name: "two",
      config: () => ({ name: "/p/q/two", type: "SecureString", value: "2" }),
      importId: null,
    },
    {
      type: "aws_sns_platform_application",
      name: "gcm",
      config: () => ({ name: "gcm", platform: "GCM", platform_credential: "key" }),
      changes: [
        (made) => ({
          name: "gcm",
          platform: "GCM",
          platform_credential: "key",
          event_endpoint_created_topic_arn: made("looked-topic", "arn"),
        }),
        () => ({ name: "gcm", platform: "GCM", platform_credential: "other", success_feedback_sample_rate: "50" }),
        () => ({ name: "other", platform: "GCM", platform_credential: "other" }),
      ],
    },
    {
      type: "aws_sns_sms_preferences",
      name: "sms",
      config: () => ({ default_sms_type: "Transactional" }),
      changes: [
        () => ({ default_sms_type: "Promotional", default_sender_id: "me" }),
        () => ({ default_sms_type: "Promotional", delivery_status_success_sampling_rate: "50" }),
      ],
      importId: null,
      remains: true,
      differs: [
        [/^(monthly_spend_limit|default_sender_id)$/, "the real one stores what it planned; only its next refresh reads it"],
      ],
    },
    {
      type: "aws_sns_topic_data_protection_policy",
      name: "protected",
      config: (made) => ({ arn: made("looked-topic", "arn"), policy: DENY("one") }),
      changes: [
        (made) => ({ arn: made("looked-topic", "arn"), policy: DENY("two") }),
        () => ({ arn: TOPIC, policy: DENY("two") }),
      ],
      importId: null,
      differs: [
        [/^policy$/, "the real one compares it as a policy of IAM: other names, identifiers and operations are no change to it"],
      ],
    },
  ],
  looks: [
    { data: "aws_sns_topic", name: "by name", config: () => ({ name: "looked" }) },
    {
      data: "aws_sqs_queue",
      name: "by name",
      config: () => ({ name: "looked" }),
      differs: [[/^(url|id)$/, "the queue's URL is the address that was asked"]],
    },
    { data: "aws_sqs_queues", name: "by prefix", config: () => ({ queue_name_prefix: "loo" }) },
    { data: "aws_ssm_parameters_by_path", name: "one level", config: () => ({ path: "/p" }) },
    { data: "aws_ssm_parameters_by_path", name: "all levels", config: () => ({ path: "/p", recursive: true }) },
    {
      data: "aws_ssm_parameters_by_path",
      name: "encrypted",
      config: () => ({ path: "/p", recursive: true, with_decryption: false }),
      differs: [[/^values\.\d$/, "drawn"]],
    },
  ],
  refusals: [
    { refused: "aws_sns_topic_data_protection_policy", name: "arn", config: { arn: "x", policy: "{}" } },
    { refused: "aws_sns_topic_data_protection_policy", name: "json", config: { arn: TOPIC, policy: "{" } },
    { refused: "aws_sns_sms_preferences", name: "nothing", config: {} },
    { refused: "aws_sns_sms_preferences", name: "type", config: { default_sms_type: "X" } },
    { refused: "aws_sns_sms_preferences", name: "rate", config: { delivery_status_success_sampling_rate: "101" } },
    { refused: "aws_sns_sms_preferences", name: "limit", config: { monthly_spend_limit: -1 } },
  ],
};

export const SES: Group = {
  name: "SES",
  rows: [
    { type: "aws_sns_topic", name: "ses-topic", config: () => ({ name: "ses" }), importId: null },
    {
      type: "aws_sns_topic_policy",
      name: "ses-topic-policy",
      config: (made) => ({ arn: made("ses-topic", "arn"), policy: TOPIC_POLICY(String(made("ses-topic", "arn"))) }),
      importId: null,
      remains: true,
    },
    {
      type: "aws_ses_email_identity",
      name: "email",
      config: () => ({ email: "me@example.com." }),
      changes: [() => ({ email: "you@example.com" })],
    },
    {
      type: "aws_ses_domain_identity",
      name: "domain",
      config: () => ({ domain: "example.org" }),
      changes: [() => ({ domain: "example.net" })],
    },
    {
      type: "aws_ses_template",
      name: "template",
      config: () => ({ name: "t", subject: "s", text: "x" }),
      changes: [() => ({ name: "t", subject: "{{a}}", html: "<b>{{b}}</b>" }), () => ({ name: "u", subject: "s" })],
    },
    {
      type: "aws_ses_configuration_set",
      name: "set",
      config: () => ({ name: "set" }),
      changes: [() => ({ name: "set", delivery_options: [{ tls_policy: "Require" }] }), () => ({ name: "other" })],
      plans: [() => ({ name: "set", sending_enabled: false }), () => ({ name: "set", reputation_metrics_enabled: true })],
    },
    {
      type: "aws_ses_event_destination",
      name: "watch",
      config: () => ({
        name: "watch",
        configuration_set_name: "set",
        enabled: true,
        matching_types: ["bounce", "send"],
        cloudwatch_destination: [{ default_value: "d", dimension_name: "n", value_source: "emailHeader" }],
      }),
      importId: () => "set/watch",
    },
    {
      type: "aws_ses_event_destination",
      name: "topic",
      config: (made) => ({
        name: "topic",
        configuration_set_name: "set",
        matching_types: ["send"],
        sns_destination: [{ topic_arn: made("ses-topic", "arn") }],
      }),
      changes: [
        (made) => ({
          name: "topic",
          configuration_set_name: "set",
          enabled: true,
          matching_types: ["send"],
          sns_destination: [{ topic_arn: made("ses-topic", "arn") }],
        }),
      ],
      importId: () => "set/topic",
    },
    {
      type: "aws_sesv2_configuration_set",
      name: "v2",
      config: () => ({ configuration_set_name: "v2" }),
      changes: [
        () => ({
          configuration_set_name: "v2",
          delivery_options: [{ tls_policy: "REQUIRE", max_delivery_seconds: 300 }],
          reputation_options: [{ reputation_metrics_enabled: true }],
          sending_options: [{ sending_enabled: false }],
          suppression_options: [{ suppressed_reasons: ["BOUNCE", "COMPLAINT"] }],
          vdm_options: [
            {
              dashboard_options: [{ engagement_metrics: "ENABLED" }],
              guardian_options: [{ optimized_shared_delivery: "ENABLED" }],
            },
          ],
          tags: { a: "b" },
        }),
        () => ({ configuration_set_name: "v2", suppression_options: [{ suppressed_reasons: ["BOUNCE"] }], tags: { a: "c" } }),
        () => ({ configuration_set_name: "v3" }),
      ],
    },
    {
      type: "aws_sesv2_configuration_set_event_destination",
      name: "v2-destination",
      config: (made) => ({
        configuration_set_name: "v2",
        event_destination_name: "e",
        event_destination: [{ matching_event_types: ["SEND"], sns_destination: [{ topic_arn: made("ses-topic", "arn") }] }],
      }),
      changes: [
        () => ({
          configuration_set_name: "v2",
          event_destination_name: "e",
          event_destination: [
            {
              enabled: true,
              matching_event_types: ["SEND", "BOUNCE"],
              cloud_watch_destination: [
                {
                  dimension_configuration: [
                    { default_dimension_value: "d", dimension_name: "n", dimension_value_source: "MESSAGE_TAG" },
                  ],
                },
              ],
            },
          ],
        }),
        () => ({
          configuration_set_name: "v2",
          event_destination_name: "e",
          event_destination: [
            {
              matching_event_types: ["BOUNCE"],
              event_bridge_destination: [{ event_bus_arn: "arn:aws:events:us-east-1:123456789012:event-bus/default" }],
            },
          ],
        }),
      ],
    },
    {
      type: "aws_sesv2_email_identity",
      name: "v2-identity",
      config: () => ({ email_identity: "example.com", tags: { a: "b" } }),
      importId: null,
      differs: [[/dkim_signing_attributes/, "drawn"]],
    },
  ],
  looks: [{ data: "aws_sesv2_email_identity", name: "by name", config: () => ({ email_identity: "example.com" }) }],
  refusals: [
    { refused: "aws_ses_domain_identity", name: "period", config: { domain: "example.com." } },
    { refused: "aws_ses_configuration_set", name: "policy", config: { name: "a", delivery_options: [{ tls_policy: "X" }] } },
    {
      refused: "aws_ses_configuration_set",
      name: "domain",
      config: { name: "a", tracking_options: [{ custom_redirect_domain: "x." }] },
    },
    {
      refused: "aws_ses_event_destination",
      name: "type",
      config: { name: "a", configuration_set_name: "s", matching_types: ["x"], sns_destination: [{ topic_arn: TOPIC }] },
    },
    {
      refused: "aws_ses_event_destination",
      name: "two",
      config: {
        name: "a",
        configuration_set_name: "s",
        matching_types: ["send"],
        sns_destination: [{ topic_arn: TOPIC }],
        kinesis_destination: [{ role_arn: TOPIC, stream_arn: TOPIC }],
      },
    },
    {
      refused: "aws_ses_event_destination",
      name: "name",
      config: { name: "a b", configuration_set_name: "s", matching_types: ["send"], sns_destination: [{ topic_arn: TOPIC }] },
    },
    {
      refused: "aws_sesv2_configuration_set",
      name: "tls",
      config: { configuration_set_name: "a", delivery_options: [{ tls_policy: "X" }] },
    },
    {
      refused: "aws_sesv2_configuration_set",
      name: "seconds",
      config: { configuration_set_name: "a", delivery_options: [{ max_delivery_seconds: 1 }] },
    },
    {
      refused: "aws_sesv2_configuration_set",
      name: "reason",
      config: { configuration_set_name: "a", suppression_options: [{ suppressed_reasons: ["X"] }] },
    },
    {
      refused: "aws_sesv2_configuration_set_event_destination",
      name: "none",
      config: {
        configuration_set_name: "a",
        event_destination_name: "b",
        event_destination: [{ matching_event_types: ["SEND"] }],
      },
    },
  ],
};
