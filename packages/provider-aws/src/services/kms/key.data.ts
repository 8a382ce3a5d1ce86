import type { KeyMetadata, MultiRegionConfiguration } from "@aws-sdk/client-kms";
import type { ValueObject } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textsAt } from "../attribute-map.ts";
import { each, runChecks } from "../checks.ts";
import { rfc3339 } from "../timestamp.ts";

const ARN_PREFIX = "arn:[^:]+:kms:[^:]+:[^:]+:";
const FORMS = [
  "[0-9A-Za-z_-]+",
  `${ARN_PREFIX}key/[0-9A-Za-z_-]+`,
  "alias/[0-9A-Za-z_:/-]+",
  `${ARN_PREFIX}alias/[0-9A-Za-z_:/-]+`,
];

/** A key's id, ARN, alias or alias's ARN (`internal/service/kms/validate.go`). */
const KEY_REFERENCE = each("key_id", (value, key) =>
  typeof value === "string" && !FORMS.some((form) => new RegExp(`^${form}$`).test(value))
    ? `"${key}" must be one of the following patterns: ${FORMS[0]}, ${FORMS[1]}, ${FORMS[2]} or ${FORMS[3]}`
    : undefined,
);

/** aws_kms_key (data source). */
export const dataSource: NativeDataSource = {
  type: "aws_kms_key",
  validate: (config) => runChecks([KEY_REFERENCE], config),
  async read(aws, config) {
    const tokens = textsAt(config, "grant_tokens");
    const { KeyMetadata: key = { KeyId: "" } } = await aws.clients.kms.describeKey({
      KeyId: requiredText(config, "key_id"),
      GrantTokens: tokens.length > 0 ? tokens : undefined,
    });
    return { ...describe(key), ...dates(key) };
  },
};

function describe(key: KeyMetadata): ValueObject {
  return {
    id: key.KeyId ?? "",
    arn: key.Arn ?? "",
    aws_account_id: key.AWSAccountId ?? "",
    cloud_hsm_cluster_id: key.CloudHsmClusterId ?? "",
    custom_key_store_id: key.CustomKeyStoreId ?? "",
    customer_master_key_spec: key.CustomerMasterKeySpec ?? "",
    description: key.Description ?? "",
    enabled: key.Enabled ?? false,
    expiration_model: key.ExpirationModel ?? "",
    key_manager: key.KeyManager ?? "",
    key_spec: key.KeySpec ?? "",
    key_state: key.KeyState ?? "",
    key_usage: key.KeyUsage ?? "",
    multi_region: key.MultiRegion ?? false,
    multi_region_configuration: key.MultiRegionConfiguration === undefined ? [] : [regions(key.MultiRegionConfiguration)],
    origin: key.Origin ?? "",
    pending_deletion_window_in_days: key.PendingDeletionWindowInDays ?? 0,
    xks_key_configuration: key.XksKeyConfiguration?.Id === undefined ? [] : [{ id: key.XksKeyConfiguration.Id }],
  };
}

function dates(key: KeyMetadata): ValueObject {
  return {
    creation_date: rfc3339(key.CreationDate),
    deletion_date: rfc3339(key.DeletionDate),
    valid_to: rfc3339(key.ValidTo),
  };
}

function regions(configuration: MultiRegionConfiguration): ValueObject {
  const place = ({ Arn = "", Region = "" }: { Arn?: string | undefined; Region?: string | undefined }) => ({
    arn: Arn,
    region: Region,
  });
  return {
    multi_region_key_type: configuration.MultiRegionKeyType ?? "",
    primary_key: configuration.PrimaryKey === undefined ? [] : [place(configuration.PrimaryKey)],
    replica_keys: (configuration.ReplicaKeys ?? []).map(place),
  };
}
