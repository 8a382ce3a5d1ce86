import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { isTrue, numberAt, requiredText } from "../attribute-map.ts";
import { between, runChecks } from "../checks.ts";
import { drawPassword } from "./login-password.ts";
import { IAM_MISSING } from "./paging.ts";

const LENGTH_MIN = 5;
const LENGTH_MAX = 128;
const LENGTH_DEFAULT = 20;

const DELETING = {
  codes: ["EntityTemporarilyUnmodifiable", "EntityTemporarilyUnmodifiableException"],
  timeoutMs: 120_000,
  why: "a login profile that was just made cannot be deleted at once",
  source: "terraform-provider-aws, internal/service/iam/user_login_profile.go (read 2026-11)",
};

/** `aws_iam_user_login_profile`; id is the user's name. The password is drawn here. Behaviour: `internal/service/iam/user_login_profile.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_user_login_profile",
  defaults: { password_length: LENGTH_DEFAULT },
  forceNew: ["user", "pgp_key", "password_length", "password_reset_required"],
  unsupported: { pgp_key: "passwords are not encrypted with OpenPGP here; without it the password lies in the state." },
  validate: (config) => runChecks([between("password_length", LENGTH_MIN, LENGTH_MAX)], config),
  async create(aws, planned, onCreated) {
    const UserName = requiredText(planned, "user");
    const Password = drawPassword(numberAt(planned, "password_length") ?? LENGTH_DEFAULT);
    const PasswordResetRequired = isTrue(planned, "password_reset_required");
    await aws.clients.iam.createLoginProfile({ UserName, Password, PasswordResetRequired });
    await onCreated({ id: UserName, user: UserName, password: Password });
  },
  async read(aws, state) {
    const UserName = requiredText(state, "id");
    const found = await unlessMissing(IAM_MISSING, () => aws.clients.iam.getLoginProfile({ UserName }));
    if (found?.LoginProfile === undefined) return null;
    return {
      id: UserName,
      user: found.LoginProfile.UserName ?? UserName,
      password_reset_required: state.password_reset_required ?? null,
      password: state.password ?? null,
    };
  },
  async delete(aws, state) {
    const UserName = requiredText(state, "id");
    await unlessMissing(IAM_MISSING, () => aws.retry(DELETING, () => aws.clients.iam.deleteLoginProfile({ UserName })));
  },
  // The password of a profile whose create crashed is lost.
  find: async () => null,
};
