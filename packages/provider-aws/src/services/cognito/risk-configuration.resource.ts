import type {
  AccountTakeoverActionsType,
  AccountTakeoverActionType,
  AccountTakeoverRiskConfigurationType,
  CompromisedCredentialsActionsType,
  CompromisedCredentialsRiskConfigurationType,
  NotifyConfigurationType,
  NotifyEmailType,
  RiskConfigurationType,
  RiskExceptionConfigurationType,
} from "@aws-sdk/client-cognito-identity-provider";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { block, expand, flag, flatten, requiredText, rowsOf, text, textAt, texts } from "../attribute-map.ts";
import { atLeastOneOf, each, isArn, lengthBetween, oneOf, runChecks } from "../checks.ts";
import { isPoolId } from "./pool-id.ts";

const MISSING = ["ResourceNotFoundException"];

const action = rowsOf<AccountTakeoverActionType>();
const ACTION = [action("event_action", "EventAction", text()), action("notify", "Notify", flag())];
const actions = rowsOf<AccountTakeoverActionsType>();
const email = rowsOf<NotifyEmailType>();
const EMAIL = [
  email("html_body", "HtmlBody", text()),
  email("subject", "Subject", text()),
  email("text_body", "TextBody", text()),
];
const notify = rowsOf<NotifyConfigurationType>();
const takeover = rowsOf<AccountTakeoverRiskConfigurationType>();
const compromised = rowsOf<CompromisedCredentialsRiskConfigurationType>();
const exception = rowsOf<RiskExceptionConfigurationType>();
const row = rowsOf<RiskConfigurationType>();

const RISK = [
  row(
    "account_takeover_risk_configuration",
    "AccountTakeoverRiskConfiguration",
    block([
      takeover(
        "actions",
        "Actions",
        block([
          actions("high_action", "HighAction", block(ACTION)),
          actions("low_action", "LowAction", block(ACTION)),
          actions("medium_action", "MediumAction", block(ACTION)),
        ]),
      ),
      takeover(
        "notify_configuration",
        "NotifyConfiguration",
        block([
          notify("block_email", "BlockEmail", block(EMAIL)),
          notify("from", "From", text()),
          notify("mfa_email", "MfaEmail", block(EMAIL)),
          notify("no_action_email", "NoActionEmail", block(EMAIL)),
          notify("reply_to", "ReplyTo", text()),
          notify("source_arn", "SourceArn", text()),
        ]),
      ),
    ]),
  ),
  row(
    "compromised_credentials_risk_configuration",
    "CompromisedCredentialsRiskConfiguration",
    block([
      compromised(
        "actions",
        "Actions",
        block([rowsOf<CompromisedCredentialsActionsType>()("event_action", "EventAction", text())]),
      ),
      compromised("event_filter", "EventFilter", texts()),
    ]),
  ),
  row(
    "risk_exception_configuration",
    "RiskExceptionConfiguration",
    block([
      exception("blocked_ip_range_list", "BlockedIPRangeList", texts()),
      exception("skipped_ip_range_list", "SkippedIPRangeList", texts()),
    ]),
  ),
];

const PARTS = RISK.map(({ attribute }) => attribute);
const LEVELS = ["high_action", "low_action", "medium_action"];
const MAILS = ["block_email", "mfa_email", "no_action_email"];
const RANGES = ["blocked_ip_range_list", "skipped_ip_range_list"];

const CHECKS = [
  atLeastOneOf(PARTS),
  isPoolId("user_pool_id"),
  ...LEVELS.map((level) =>
    oneOf(`account_takeover_risk_configuration.actions.${level}.event_action`, [
      "BLOCK",
      "MFA_IF_CONFIGURED",
      "MFA_REQUIRED",
      "NO_ACTION",
    ]),
  ),
  isArn("account_takeover_risk_configuration.notify_configuration.source_arn"),
  ...MAILS.flatMap((mail) => [
    lengthBetween(`account_takeover_risk_configuration.notify_configuration.${mail}.html_body`, 6, 20_000),
    lengthBetween(`account_takeover_risk_configuration.notify_configuration.${mail}.subject`, 1, 140),
    lengthBetween(`account_takeover_risk_configuration.notify_configuration.${mail}.text_body`, 6, 20_000),
  ]),
  oneOf("compromised_credentials_risk_configuration.event_filter", ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]),
  oneOf("compromised_credentials_risk_configuration.actions.event_action", ["BLOCK", "NO_ACTION"]),
  ...RANGES.map((name) =>
    each(`risk_exception_configuration.${name}`, (value, key) =>
      /^[\d.]+\/\d+$|^[0-9a-fA-F:]+\/\d+$/.test(String(value))
        ? undefined
        : `expected "${key}" to be a valid CIDR Value, got ${String(value)}: invalid CIDR address: ${String(value)}`,
    ),
  ),
];

/** aws_cognito_risk_configuration; id is `pool` or `pool:client`. Behaviour: `internal/service/cognitoidp/risk_configuration.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_risk_configuration",
  noun: "Cognito Risk Configuration",
  forceNew: ["user_pool_id", "client_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await put(aws, planned);
    const { UserPoolId, ClientId } = keyOf(planned);
    await onCreated({ id: ClientId === undefined ? UserPoolId : `${UserPoolId}:${ClientId}` });
  },
  async read(aws, state) {
    const answer = await unlessMissing(MISSING, () => aws.clients.cognito.describeRiskConfiguration(keyOf(state)));
    const found = answer?.RiskConfiguration;
    if (found === undefined || !isSet(found)) return null;
    return { ...flatten(RISK, found), id: requiredText(state, "id"), ...partsOf(requiredText(state, "id")) };
  },
  update: (aws, _prior, planned) => put(aws, planned),
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.setRiskConfiguration(keyOf(state)));
  },
  importId: (id) => ({ id, ...partsOf(id) }),
  async find(_aws, planned) {
    const [pool, client] = [textAt(planned, "user_pool_id"), textAt(planned, "client_id")];
    if (pool === undefined) return null;
    const id = client === undefined ? pool : `${pool}:${client}`;
    return { id, ...partsOf(id) };
  },
};

function isSet(found: RiskConfigurationType): boolean {
  const { AccountTakeoverRiskConfiguration, CompromisedCredentialsRiskConfiguration, RiskExceptionConfiguration } = found;
  return [AccountTakeoverRiskConfiguration, CompromisedCredentialsRiskConfiguration, RiskExceptionConfiguration].some(
    (part) => part !== undefined,
  );
}

function partsOf(id: string): ValueObject {
  const [user_pool_id = "", client_id] = id.split(":");
  return { user_pool_id, client_id: client_id ?? "" };
}

function keyOf(state: ValueObject): { UserPoolId: string; ClientId?: string } {
  const client = textAt(state, "client_id");
  return { UserPoolId: requiredText(state, "user_pool_id"), ...(client === undefined ? {} : { ClientId: client }) };
}

async function put(aws: AwsContext, planned: ValueObject): Promise<void> {
  await aws.clients.cognito.setRiskConfiguration({ ...expand<RiskConfigurationType>(RISK, planned), ...keyOf(planned) });
}
