import { invalidParameter } from "./errors.ts";
import type { UserRecord } from "./store.ts";

/** ListUsers' `Filter`: `name = "value"` or `name ^= "value"` on the attributes that AWS can search. Pure. */
const SEARCHABLE = new Set(
  "username email phone_number name given_name family_name preferred_username cognito:user_status status sub".split(" "),
);

/** A test for users. Throws InvalidParameterException. */
export function parseUserFilter(text: string | undefined): (user: UserRecord) => boolean {
  if (text === undefined || text.trim() === "") return () => true;
  const match = /^\s*"?([A-Za-z_:]{1,64})"?\s*(\^=|=)\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*$/.exec(text);
  if (match === null) throw invalidParameter("Error while parsing filter.");
  const [, name = "", operator, quoted = ""] = match;
  if (!SEARCHABLE.has(name)) throw invalidParameter(`Invalid search attribute: ${name}`);
  const wanted = quoted.slice(1, -1).replace(/\\(.)/g, "$1");
  return (user) => {
    const value = searched(user, name);
    if (value === undefined) return false;
    return operator === "=" ? value === wanted : value.startsWith(wanted);
  };
}

function searched(user: UserRecord, name: string): string | undefined {
  switch (name) {
    case "username":
      return user.username;
    case "sub":
      return user.sub;
    case "cognito:user_status":
      return user.status;
    case "status":
      return user.enabled ? "Enabled" : "Disabled";
    default:
      return user.attributes[name];
  }
}
