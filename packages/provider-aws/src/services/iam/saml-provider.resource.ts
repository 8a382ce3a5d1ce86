import type { MutableValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { lengthBetween, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { IAM_MISSING } from "./paging.ts";

const CHECKS = [lengthBetween("saml_metadata_document", 1000, 10_000_000)];

/** `aws_iam_saml_provider`; id is the ARN. Behaviour: `internal/service/iam/saml_provider.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_saml_provider",
  forceNew: ["name"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = tagList(textMapAt(planned, "tags_all"));
    const { SAMLProviderArn = "" } = await aws.clients.iam.createSAMLProvider({
      Name: requiredText(planned, "name"),
      SAMLMetadataDocument: requiredText(planned, "saml_metadata_document"),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    await onCreated({ id: SAMLProviderArn, arn: SAMLProviderArn });
  },
  async read(aws, state) {
    const arn = requiredText(state, "id");
    const found = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getSAMLProvider({ SAMLProviderArn: arn }));
    if (found === undefined) return null;
    const out: MutableValueObject = {
      id: arn,
      arn,
      name: arn.slice(arn.lastIndexOf("/") + 1),
      saml_metadata_document: found.SAMLMetadataDocument ?? "",
      valid_until: found.ValidUntil === undefined ? "" : rfc3339(found.ValidUntil),
      tags_all: tagMap(found.Tags),
    };
    if (aws.edition !== "5.100.0") out.saml_provider_uuid = found.SAMLProviderUUID ?? "";
    return out;
  },
  async update(aws, prior, planned, changed) {
    const { iam } = aws.clients;
    const SAMLProviderArn = requiredText(prior, "id");
    if (changed("saml_metadata_document"))
      await iam.updateSAMLProvider({
        SAMLProviderArn,
        SAMLMetadataDocument: requiredText(planned, "saml_metadata_document"),
      });
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await iam.untagSAMLProvider({ SAMLProviderArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await iam.tagSAMLProvider({ SAMLProviderArn, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const SAMLProviderArn = requiredText(state, "id");
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteSAMLProvider({ SAMLProviderArn }));
  },
  async find(aws, planned) {
    const name = textAt(planned, "name");
    return name === undefined ? null : { id: `arn:${aws.partition}:iam::${await aws.accountId()}:saml-provider/${name}` };
  },
};
