/** Names of who makes a request, as IAM and STS write them. */
import type { Principal } from "./service.ts";

/** `arn:aws:sts::000000000000:assumed-role/worker/session`, `arn:aws:iam::000000000000:root`, … */
export function principalArn(principal: Principal): string {
  const federated = federatedName(principal);
  if (federated !== undefined) return `arn:aws:sts::${principal.accountId}:federated-user/${federated}`;
  switch (principal.kind) {
    case "root":
      return `arn:aws:iam::${principal.accountId}:root`;
    case "role-session":
      return assumedRoleArn(principal.roleArn, principal.sessionName);
    case "user":
      return principal.userArn;
    case "service":
      return principal.service;
    case "anonymous":
      return "anonymous";
  }
}

function federatedName(principal: Principal): string | undefined {
  return principal.kind === "root" || principal.kind === "user" ? principal.federatedName : undefined;
}

/** The session's ARN leaves the role's path out. */
export function assumedRoleArn(roleArn: string, sessionName: string): string {
  const account = roleArn.split(":")[4] ?? "";
  return `arn:aws:sts::${account}:assumed-role/${roleArn.slice(roleArn.lastIndexOf("/") + 1)}/${sessionName}`;
}

/** `AROA…:session`, `AIDA…`, or the account's number for its root. */
export function principalUserId(principal: Principal): string {
  const federated = federatedName(principal);
  if (federated !== undefined) return `${principal.accountId}:${federated}`;
  switch (principal.kind) {
    case "role-session":
      return `${principal.roleId}:${principal.sessionName}`;
    case "user":
      return principal.userId;
    case "root":
      return principal.accountId;
    case "service":
    case "anonymous":
      return principal.kind;
  }
}
