import type { SetUserMFAPreferenceCommandInput } from "@aws-sdk/client-cognito-identity-provider";
import { invalidParameter } from "./errors.ts";
import type { UserRecord } from "./store.ts";

/** A user's second factors: which are on, which comes first. Pure. */

type Preference = Pick<SetUserMFAPreferenceCommandInput, "SMSMfaSettings" | "SoftwareTokenMfaSettings" | "EmailMfaSettings">;

/** Throws InvalidParameterException. */
export function withMfaPreference(user: UserRecord, input: Preference): UserRecord {
  const rows = [
    ["SMS_MFA", input.SMSMfaSettings],
    ["SOFTWARE_TOKEN_MFA", input.SoftwareTokenMfaSettings],
    ["EMAIL_OTP", input.EmailMfaSettings],
  ] as const;
  if (rows.filter(([, setting]) => setting?.PreferredMfa === true).length > 1)
    throw invalidParameter("Only one MFA method can be set as preferred.");
  const enabled = new Set(user.mfaEnabled ?? []);
  let preferred = user.mfaPreferred;
  for (const [factor, setting] of rows) {
    if (setting === undefined) continue;
    if (setting.Enabled === true) checkUsable(user, factor);
    if (setting.Enabled === true) enabled.add(factor);
    if (setting.Enabled === false) enabled.delete(factor);
    if (setting.PreferredMfa === true) {
      if (!enabled.has(factor)) throw invalidParameter("Cannot set a disabled MFA method as preferred.");
      preferred = factor;
    } else if (preferred === factor) preferred = undefined;
  }
  const { mfaPreferred: _old, ...rest } = user;
  const stillPreferred = preferred !== undefined && enabled.has(preferred) ? preferred : undefined;
  return { ...rest, mfaEnabled: [...enabled], ...(stillPreferred === undefined ? {} : { mfaPreferred: stillPreferred }) };
}

function checkUsable(user: UserRecord, factor: string): void {
  if (factor === "SOFTWARE_TOKEN_MFA" && user.totp?.verified !== true)
    throw invalidParameter("User has not verified software token mfa");
  if (factor === "SMS_MFA" && user.attributes.phone_number_verified !== "true")
    throw invalidParameter("User does not have delivery config set to turn on SMS_MFA");
  if (factor === "EMAIL_OTP" && user.attributes.email_verified !== "true")
    throw invalidParameter("User does not have delivery config set to turn on EMAIL_OTP");
}

/** UserMFASettingList and PreferredMfaSetting, where there are any. */
export function mfaState(user: UserRecord) {
  return {
    ...(user.mfaPreferred === undefined ? {} : { PreferredMfaSetting: user.mfaPreferred }),
    ...(user.mfaEnabled === undefined || user.mfaEnabled.length === 0 ? {} : { UserMFASettingList: [...user.mfaEnabled] }),
  };
}
