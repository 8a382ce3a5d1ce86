/**
 * SES, version 1 of its API ("classic"): the same identities, configuration sets, templates and mailbox as version 2 (services/sesv2),
 * under the names, shapes and errors that older clients know.
 */
import { arn } from "../../core/arn.ts";
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { addressOf, identitiesFor } from "../sesv2/identity.ts";
import { findIdentity } from "../sesv2/store.ts";
import * as identities from "./operations/identities.ts";
import * as sending from "./operations/sending.ts";
import * as sets from "./operations/sets.ts";
import * as templates from "./operations/templates.ts";

function onSource(
  ctx: Ctx,
  input: { readonly Source?: string; readonly RawMessage?: { readonly Data?: Uint8Array } },
): IamRequest {
  const address = addressOf(input.Source ?? sending.senderOf(input.RawMessage?.Data) ?? "") ?? "";
  const used = identitiesFor(address).find((name) => findIdentity(ctx, name) !== undefined) ?? address;
  return { resources: [arn("ses", ctx.region, ctx.account, `identity/${used}`)], conditions: { "ses:FromAddress": address } };
}

const sends = (handler: Operation["handler"]): Operation => ({ handler, iam: onSource });
const writes = (handler: Operation["handler"]): Operation => ({ handler });
const reads = (handler: Operation["handler"]): Operation => ({ handler, readonly: true });

export const service: ServiceDefinition = {
  name: "ses",
  operations: {
    SendEmail: sends(sending.sendEmail),
    SendRawEmail: sends(sending.sendRawEmail),
    SendTemplatedEmail: sends(sending.sendTemplatedEmail),
    SendBulkTemplatedEmail: sends(sending.sendBulkTemplatedEmail),
    GetSendQuota: reads(sending.getSendQuota),
    GetSendStatistics: reads(sending.getSendStatistics),
    GetAccountSendingEnabled: reads(sending.getAccountSendingEnabled),
    UpdateAccountSendingEnabled: writes(sending.updateAccountSendingEnabled),
    VerifyEmailIdentity: { ...writes(identities.verifyEmailIdentity), missing: "verification is immediate" },
    VerifyEmailAddress: { ...writes(identities.verifyEmailIdentity), missing: "verification is immediate" },
    VerifyDomainIdentity: { ...writes(identities.verifyDomainIdentity), missing: "verification is immediate" },
    VerifyDomainDkim: writes(identities.verifyDomainDkim),
    DeleteIdentity: writes(identities.deleteIdentity),
    DeleteVerifiedEmailAddress: writes(identities.deleteVerifiedEmailAddress),
    ListIdentities: reads(identities.listIdentities),
    ListVerifiedEmailAddresses: reads(identities.listVerifiedEmailAddresses),
    GetIdentityVerificationAttributes: reads(identities.getVerificationAttributes),
    GetIdentityDkimAttributes: reads(identities.getDkimAttributes),
    SetIdentityDkimEnabled: writes(identities.setDkimEnabled),
    GetIdentityNotificationAttributes: reads(identities.getNotificationAttributes),
    SetIdentityNotificationTopic: writes(identities.setNotificationTopic),
    SetIdentityFeedbackForwardingEnabled: writes(identities.setFeedbackForwarding),
    GetIdentityMailFromDomainAttributes: reads(identities.getMailFromAttributes),
    SetIdentityMailFromDomain: writes(identities.setMailFrom),
    PutIdentityPolicy: writes(identities.putPolicy),
    DeleteIdentityPolicy: writes(identities.deletePolicy),
    GetIdentityPolicies: reads(identities.getPolicies),
    ListIdentityPolicies: reads(identities.listPolicies),
    CreateConfigurationSet: writes(sets.createSet),
    DeleteConfigurationSet: writes(sets.deleteSet),
    DescribeConfigurationSet: reads(sets.describeSet),
    ListConfigurationSets: reads(sets.listSets),
    CreateConfigurationSetEventDestination: { ...writes(sets.createDestination), missing: "Firehose destinations" },
    UpdateConfigurationSetEventDestination: { ...writes(sets.updateDestination), missing: "Firehose destinations" },
    DeleteConfigurationSetEventDestination: writes(sets.deleteDestination),
    UpdateConfigurationSetSendingEnabled: writes(sets.updateSending),
    UpdateConfigurationSetReputationMetricsEnabled: writes(sets.updateReputation),
    PutConfigurationSetDeliveryOptions: writes(sets.putDelivery),
    CreateTemplate: writes(templates.createTemplate),
    UpdateTemplate: writes(templates.updateTemplate),
    DeleteTemplate: writes(templates.deleteTemplate),
    GetTemplate: reads(templates.getTemplate),
    ListTemplates: reads(templates.listTemplates),
    TestRenderTemplate: reads(templates.testRender),
  },
};
