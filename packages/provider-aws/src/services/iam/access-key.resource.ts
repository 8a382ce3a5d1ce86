import type { AccessKeyMetadata } from "@aws-sdk/client-iam";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { oneOf, runChecks } from "../checks.ts";
import { rfc3339 } from "../timestamp.ts";
import { allOf, IAM_MISSING } from "./paging.ts";
import { sesSmtpPassword } from "./ses-smtp-password.ts";

/** `aws_iam_access_key`: the secret is known to the create only. Behaviour: `internal/service/iam/access_key.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_access_key",
  defaults: { status: "Active" },
  forceNew: ["user", "pgp_key"],
  unsupported: { pgp_key: "secrets are not encrypted with OpenPGP here; without it the secret lies in the state." },
  validate: (config) => runChecks([oneOf("status", ["Active", "Inactive"])], config),
  async create(aws, planned, onCreated) {
    const UserName = requiredText(planned, "user");
    const { AccessKey } = await aws.clients.iam.createAccessKey({ UserName });
    const secret = AccessKey?.SecretAccessKey ?? "";
    const id = AccessKey?.AccessKeyId ?? "";
    await onCreated({ id, user: UserName, secret, ses_smtp_password_v4: sesSmtpPassword(secret, aws.region) });
    const Status = textAt(planned, "status");
    if (Status === "Inactive") await aws.clients.iam.updateAccessKey({ UserName, AccessKeyId: id, Status });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const user = textAt(state, "user") ?? (await ownerOf(aws, id));
    const key = user === undefined ? undefined : await findKey(aws, user, id);
    if (key === undefined) return null;
    const known = (name: string) => state[name] ?? null;
    return {
      id,
      user: key.UserName ?? user ?? "",
      status: key.Status ?? "",
      create_date: key.CreateDate === undefined ? null : rfc3339(key.CreateDate),
      secret: known("secret"),
      ses_smtp_password_v4: known("ses_smtp_password_v4"),
    };
  },
  async update(aws, prior, planned) {
    await aws.clients.iam.updateAccessKey({
      UserName: requiredText(prior, "user"),
      AccessKeyId: requiredText(prior, "id"),
      Status: textAt(planned, "status") === "Inactive" ? "Inactive" : "Active",
    });
  },
  async delete(aws, state) {
    const input = { UserName: requiredText(state, "user"), AccessKeyId: requiredText(state, "id") };
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteAccessKey(input));
  },
  // The secret of a key whose create crashed is lost: such a key is of no use.
  find: async (): Promise<ValueObject | null> => null,
};

async function findKey(aws: AwsContext, UserName: string, id: string): Promise<AccessKeyMetadata | undefined> {
  const keys = await unlessMissing(IAM_MISSING, () =>
    allOf(
      (marker) => aws.clients.iam.listAccessKeys({ UserName, ...marker }),
      (page) => page.AccessKeyMetadata,
    ),
  );
  return keys?.find(({ AccessKeyId }) => AccessKeyId === id);
}

/** An imported key tells its user only by its last use. */
async function ownerOf(aws: AwsContext, AccessKeyId: string): Promise<string | undefined> {
  const used = await unlessMissing([...IAM_MISSING, "AccessDenied"], () => aws.clients.iam.getAccessKeyLastUsed({ AccessKeyId }));
  return used?.UserName;
}
