/**
 * SES, version 2 of its API: identities, configuration sets, templates, suppression and sending. What is sent lies in the cloud's mailbox.
 * An identity is verified as soon as it is created: the mail and the DNS that would prove it are this machine's own.
 */
import type { Ctx, IamRequest, Operation, ServiceDefinition } from "../../core/service.ts";
import { addressOf, identitiesFor } from "./identity.ts";
import * as account from "./operations/account.ts";
import * as sets from "./operations/configuration-sets.ts";
import * as identities from "./operations/identities.ts";
import { sendBulkEmail, sendEmail } from "./operations/send-email.ts";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags.ts";
import * as templates from "./operations/templates.ts";
import { findIdentity, identityArn, setArn, setsOf, templateArn, templatesOf } from "./store.ts";

interface Asked {
  readonly EmailIdentity?: string;
  readonly ConfigurationSetName?: string;
  readonly TemplateName?: string;
  readonly ResourceArn?: string;
}

/** The resource that an operation names. */
function iam(ctx: Ctx, input: Asked): IamRequest {
  if (input.ResourceArn !== undefined) return { resources: [input.ResourceArn] };
  if (input.EmailIdentity !== undefined) return { resources: [identityArn(ctx, input.EmailIdentity)] };
  if (input.ConfigurationSetName !== undefined) return { resources: [setArn(ctx, input.ConfigurationSetName)] };
  return { resources: [input.TemplateName === undefined ? "*" : templateArn(ctx, input.TemplateName)] };
}

/** AWS asks for the identity that is used: the address where it is one, else its domain. */
function onSender(ctx: Ctx, input: { FromEmailAddress?: string }): IamRequest {
  const address = addressOf(input.FromEmailAddress ?? "") ?? "";
  const used = identitiesFor(address).find((name) => findIdentity(ctx, name) !== undefined) ?? address;
  const resourcePolicy = Object.values(findIdentity(ctx, used)?.policies ?? {})[0];
  return {
    resources: [identityArn(ctx, used)],
    conditions: { "ses:FromAddress": address },
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  };
}

const writes = (handler: Operation["handler"]): Operation => ({ handler, iam });
const reads = (handler: Operation["handler"]): Operation => ({ handler, iam, readonly: true });

export const service: ServiceDefinition = {
  name: "sesv2",
  operations: {
    CreateEmailIdentity: { ...writes(identities.createEmailIdentity), missing: "verification is immediate" },
    GetEmailIdentity: reads(identities.getEmailIdentity),
    ListEmailIdentities: reads(identities.listEmailIdentities),
    DeleteEmailIdentity: writes(identities.deleteEmailIdentity),
    PutEmailIdentityConfigurationSetAttributes: { handler: identities.putConfigurationSet, iam },
    PutEmailIdentityDkimAttributes: writes(identities.putDkim),
    PutEmailIdentityDkimSigningAttributes: { ...writes(identities.putDkimSigning), missing: "nothing is signed" },
    PutEmailIdentityFeedbackAttributes: writes(identities.putFeedback),
    PutEmailIdentityMailFromAttributes: writes(identities.putMailFrom),
    CreateEmailIdentityPolicy: writes(account.putPolicy(false)),
    UpdateEmailIdentityPolicy: writes(account.putPolicy(true)),
    DeleteEmailIdentityPolicy: writes(account.deletePolicy),
    GetEmailIdentityPolicies: reads(account.getPolicies),
    CreateConfigurationSet: writes(sets.createConfigurationSet),
    GetConfigurationSet: reads(sets.getConfigurationSet),
    DeleteConfigurationSet: writes(sets.deleteConfigurationSet),
    ListConfigurationSets: reads(sets.listConfigurationSets),
    PutConfigurationSetDeliveryOptions: writes(sets.putOptions("DeliveryOptions")),
    PutConfigurationSetReputationOptions: writes(sets.putOptions("ReputationOptions")),
    PutConfigurationSetSendingOptions: writes(sets.putOptions("SendingOptions")),
    PutConfigurationSetSuppressionOptions: writes(sets.putOptions("SuppressionOptions")),
    PutConfigurationSetTrackingOptions: {
      ...writes(sets.putOptions("TrackingOptions")),
      missing: "opens and clicks are not tracked",
    },
    PutConfigurationSetVdmOptions: writes(sets.putOptions("VdmOptions")),
    PutConfigurationSetArchivingOptions: { ...writes(sets.putOptions("ArchivingOptions")), missing: "nothing is archived" },
    CreateConfigurationSetEventDestination: { ...writes(sets.createDestination), missing: "Firehose and Pinpoint destinations" },
    UpdateConfigurationSetEventDestination: { ...writes(sets.updateDestination), missing: "Firehose and Pinpoint destinations" },
    DeleteConfigurationSetEventDestination: writes(sets.deleteDestination),
    GetConfigurationSetEventDestinations: reads(sets.getDestinations),
    CreateEmailTemplate: writes(templates.createTemplate),
    UpdateEmailTemplate: writes(templates.updateTemplate),
    GetEmailTemplate: reads(templates.getTemplate),
    DeleteEmailTemplate: writes(templates.deleteTemplate),
    ListEmailTemplates: reads(templates.listTemplates),
    TestRenderEmailTemplate: reads(templates.testRender),
    SendEmail: { handler: sendEmail, iam: onSender, missing: "contact lists; attachments of simple messages are not kept" },
    SendBulkEmail: { handler: sendBulkEmail, iam: onSender },
    GetAccount: reads(account.getAccountOperation),
    PutAccountDetails: writes(account.putAccountDetails),
    PutAccountSendingAttributes: writes(account.putSendingAttributes),
    PutAccountSuppressionAttributes: writes(account.putSuppressionAttributes),
    PutAccountDedicatedIpWarmupAttributes: writes(account.putWarmup),
    PutAccountVdmAttributes: writes(account.putVdm),
    PutSuppressedDestination: writes(account.putSuppressedDestination),
    GetSuppressedDestination: reads(account.getSuppressedDestination),
    DeleteSuppressedDestination: writes(account.deleteSuppressedDestination),
    ListSuppressedDestinations: reads(account.listSuppressedDestinations),
    TagResource: { handler: tagResource, iam },
    UntagResource: { handler: untagResource, iam },
    ListTagsForResource: { handler: listTagsForResource, iam, readonly: true },
  },
  inventory: (ctx) => ({ "configuration sets": setsOf(ctx).length, templates: templatesOf(ctx).length }),
};
