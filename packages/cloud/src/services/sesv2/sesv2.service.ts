/**
 * SES, version 2 of its API: identities and sending. What is sent lies in the cloud's mailbox.
 * An identity is verified as soon as it is created: the mail and the DNS that would prove it are this machine's own.
 */
import type { Ctx, IamRequest, ServiceDefinition } from "../../core/service.ts";
import { addressOf, identitiesFor } from "./identity.ts";
import {
  createEmailIdentity,
  deleteEmailIdentity,
  getEmailIdentity,
  listEmailIdentities,
  putConfigurationSet,
} from "./operations/identities.ts";
import { sendEmail } from "./operations/send-email.ts";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags.ts";
import { findIdentity, identityArn } from "./store.ts";

const onIdentity = (ctx: Ctx, input: { EmailIdentity?: string }): IamRequest => ({
  resources: [identityArn(ctx, input.EmailIdentity ?? "")],
});
const onArn = (_: Ctx, input: { ResourceArn?: string }): IamRequest => ({ resources: [input.ResourceArn ?? "*"] });

/** AWS asks for the identity that is used: the address where it is one, else its domain. */
function onSender(ctx: Ctx, input: { FromEmailAddress?: string }): IamRequest {
  const address = addressOf(input.FromEmailAddress ?? "") ?? "";
  const used = identitiesFor(address).find((name) => findIdentity(ctx, name) !== undefined) ?? address;
  return { resources: [identityArn(ctx, used)], conditions: { "ses:FromAddress": address } };
}

export const service: ServiceDefinition = {
  name: "sesv2",
  operations: {
    CreateEmailIdentity: {
      handler: createEmailIdentity,
      iam: onIdentity,
      missing: "bring your own DKIM; verification is immediate",
    },
    GetEmailIdentity: { handler: getEmailIdentity, iam: onIdentity, readonly: true },
    ListEmailIdentities: { handler: listEmailIdentities, readonly: true },
    DeleteEmailIdentity: { handler: deleteEmailIdentity, iam: onIdentity },
    PutEmailIdentityConfigurationSetAttributes: { handler: putConfigurationSet, iam: onIdentity },
    SendEmail: { handler: sendEmail, iam: onSender, missing: "templates" },
    TagResource: { handler: tagResource, iam: onArn },
    UntagResource: { handler: untagResource, iam: onArn },
    ListTagsForResource: { handler: listTagsForResource, iam: onArn, readonly: true },
  },
};
