/** aws_sesv2_email_identity: an address or a domain that SES may send for. */
import type { GetEmailIdentityCommandOutput } from "@aws-sdk/client-sesv2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { requiredWith, runChecks } from "../checks.ts";

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function dkim(found: GetEmailIdentityCommandOutput): ValueObject[] {
  const attributes = found.DkimAttributes;
  if (attributes === undefined) return [];
  return [
    {
      current_signing_key_length: attributes.CurrentSigningKeyLength ?? "",
      domain_signing_private_key: null,
      domain_signing_selector: null,
      last_key_generation_timestamp: attributes.LastKeyGenerationTimestamp?.toISOString().replace(/\.\d+Z$/, "Z") ?? "",
      next_signing_key_length: attributes.NextSigningKeyLength ?? "",
      signing_attributes_origin: attributes.SigningAttributesOrigin ?? "",
      status: attributes.Status ?? "",
      tokens: attributes.Tokens ?? [],
    },
  ];
}

function tagMap(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): ValueObject {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

async function identityArn(aws: AwsContext, name: string): Promise<string> {
  return `arn:${aws.partition}:ses:${aws.region}:${await aws.accountId()}:identity/${name}`;
}

/** A key of one's own and the place where its public half is published. */
const OWN_KEY = ["domain_signing_private_key", "domain_signing_selector"].map((name) => `dkim_signing_attributes.0.${name}`);
const CHECKS = OWN_KEY.map((name) => requiredWith(name, OWN_KEY));

export const resource: NativeResource = {
  type: "aws_sesv2_email_identity",
  validate: (config) => runChecks(CHECKS, config),
  forceNew: ["email_identity"],
  tagged: true,

  async find(aws, planned) {
    const name = text(planned.email_identity);
    try {
      await aws.clients.sesv2.getEmailIdentity({ EmailIdentity: name });
      return { id: name };
    } catch (error) {
      if (error instanceof Error && error.name === "NotFoundException") return null;
      throw error;
    }
  },

  async create(aws, planned, onCreated) {
    const name = text(planned.email_identity);
    const tags = (planned.tags_all ?? {}) as ValueObject;
    await aws.clients.sesv2.createEmailIdentity({
      EmailIdentity: name,
      ...(text(planned.configuration_set_name) === "" ? {} : { ConfigurationSetName: text(planned.configuration_set_name) }),
      ...(Object.keys(tags).length === 0
        ? {}
        : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value: text(Value) })) }),
    });
    await onCreated({ id: name });
  },

  async read(aws, state) {
    const name = text(state.id);
    let found: GetEmailIdentityCommandOutput;
    try {
      found = await aws.clients.sesv2.getEmailIdentity({ EmailIdentity: name });
    } catch (error) {
      if (error instanceof Error && error.name === "NotFoundException") return null;
      throw error;
    }
    const arn = await identityArn(aws, name);
    return {
      ...state,
      id: name,
      arn,
      email_identity: name,
      configuration_set_name: found.ConfigurationSetName ?? "",
      dkim_signing_attributes: dkim(found),
      identity_type: found.IdentityType ?? "",
      verification_status: found.VerificationStatus ?? "",
      verified_for_sending_status: found.VerifiedForSendingStatus ?? false,
      tags_all: tagMap(found.Tags ?? (await aws.clients.sesv2.listTagsForResource({ ResourceArn: arn })).Tags),
    };
  },

  async update(aws, prior, planned, changed) {
    const name = text(planned.id);
    if (changed("configuration_set_name")) {
      const set = text(planned.configuration_set_name);
      await aws.clients.sesv2.putEmailIdentityConfigurationSetAttributes({
        EmailIdentity: name,
        ...(set === "" ? {} : { ConfigurationSetName: set }),
      });
    }
    if (!changed("tags_all")) return;
    const before = (prior.tags_all ?? {}) as ValueObject;
    const after = (planned.tags_all ?? {}) as ValueObject;
    const ResourceArn = await identityArn(aws, name);
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    if (gone.length > 0) await aws.clients.sesv2.untagResource({ ResourceArn, TagKeys: gone });
    const put = Object.entries(after).filter(([key, value]) => before[key] !== value);
    if (put.length > 0)
      await aws.clients.sesv2.tagResource({ ResourceArn, Tags: put.map(([Key, Value]) => ({ Key, Value: text(Value) })) });
  },

  async delete(aws, state) {
    try {
      await aws.clients.sesv2.deleteEmailIdentity({ EmailIdentity: text(state.id) });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "NotFoundException") throw error;
    }
  },
};
