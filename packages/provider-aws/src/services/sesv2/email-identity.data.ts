import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText } from "../attribute-map.ts";
import { notFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";

/** aws_sesv2_email_identity (data source). */
export const dataSource: NativeDataSource = {
  type: "aws_sesv2_email_identity",
  async read(aws, config): Promise<ValueObject> {
    const name = requiredText(config, "email_identity");
    const found = await unlessMissing(["NotFoundException"], () => aws.clients.sesv2.getEmailIdentity({ EmailIdentity: name }));
    if (found === undefined) throw notFound(`SES (Simple Email V2) Email Identity (${name})`);
    const arn = `arn:${aws.partition}:ses:${aws.region}:${await aws.accountId()}:identity/${name}`;
    const { Tags } = await aws.clients.sesv2.listTagsForResource({ ResourceArn: arn });
    const dkim = found.DkimAttributes;
    const values: MutableValueObject = {
      id: name,
      arn,
      configuration_set_name: found.ConfigurationSetName ?? "",
      dkim_signing_attributes:
        dkim === undefined
          ? []
          : [
              {
                current_signing_key_length: dkim.CurrentSigningKeyLength ?? "",
                domain_signing_private_key: "",
                domain_signing_selector: "",
                last_key_generation_timestamp: rfc3339(dkim.LastKeyGenerationTimestamp),
                next_signing_key_length: dkim.NextSigningKeyLength ?? "",
                signing_attributes_origin: dkim.SigningAttributesOrigin ?? "",
                status: dkim.Status ?? "",
                tokens: dkim.Tokens ?? [],
              },
            ],
      email_identity: name,
      identity_type: found.IdentityType ?? "",
      tags: tagMap(Tags),
      verified_for_sending_status: found.VerifiedForSendingStatus ?? false,
    };
    if (aws.edition !== "5.100.0") values.verification_status = found.VerificationStatus ?? "";
    return values;
  },
};
