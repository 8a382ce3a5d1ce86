/** What a decision is made from besides policies: who calls, and the global condition keys. */
import { principalArn, principalUserId } from "../principal.ts";
import type { Ctx, Principal, SessionFacts } from "../service.ts";
import type { Caller } from "./evaluate.ts";

export function callerOf(principal: Principal): Caller {
  return {
    arn: principalArn(principal),
    account: principal.accountId,
    ...(principal.kind === "role-session" ? { roleArn: principal.roleArn } : {}),
    ...(principal.kind === "service" ? { service: principal.service } : {}),
    ...(principal.kind === "anonymous" ? { isAnonymous: true } : {}),
    ...(principal.kind === "root" ? { isRoot: true } : {}),
  };
}

/** What was said when the principal's temporary credentials were issued; nothing for long-term keys, services and nobody. */
export function factsOf(principal: Principal): SessionFacts {
  return principal.kind === "service" || principal.kind === "anonymous" ? {} : principal;
}

/** Global condition keys, in lower case. IAM user guide, "AWS global condition context keys". */
export function globalContext(ctx: Ctx, tags: { readonly [key: string]: string }): Record<string, readonly string[]> {
  const { principal } = ctx;
  const now = ctx.now();
  const out: Record<string, readonly string[]> = {
    "aws:currenttime": [new Date(now).toISOString()],
    "aws:epochtime": [String(Math.floor(now / 1000))],
    "aws:requestedregion": [ctx.region],
    "aws:securetransport": [String(ctx.http?.secure ?? false)],
    "aws:sourceip": ["127.0.0.1"],
    "aws:principalisawsservice": [String(principal.kind === "service")],
  };
  if (principal.kind !== "anonymous" && principal.kind !== "service") {
    out["aws:principalaccount"] = [principal.accountId];
    out["aws:principalarn"] = [principal.kind === "role-session" ? principal.roleArn : principalArn(principal)];
    out["aws:userid"] = [principalUserId(principal)];
    out["aws:principaltype"] = [
      factsOf(principal).federatedName === undefined
        ? { root: "Account", "role-session": "AssumedRole", user: "User" }[principal.kind]
        : "FederatedUser",
    ];
  }
  if (principal.kind === "user") out["aws:username"] = [principal.userArn.slice(principal.userArn.lastIndexOf("/") + 1)];
  if (principal.kind === "service") {
    out["aws:principalservicename"] = [principal.service];
    if (principal.sourceArn !== undefined) out["aws:sourcearn"] = [principal.sourceArn];
    // What SNS's default topic policy asks for; only services' requests carry it.
    out["aws:sourceowner"] = [principal.sourceAccount ?? principal.accountId];
    out["aws:sourceaccount"] = [principal.sourceAccount ?? principal.accountId];
  }
  const agent = ctx.http?.headers["user-agent"];
  if (agent !== undefined) out["aws:useragent"] = [agent];
  const referer = ctx.http?.headers.referer;
  if (referer !== undefined) out["aws:referer"] = [referer];
  const facts = factsOf(principal);
  for (const [key, value] of Object.entries({ ...tags, ...facts.tags })) out[`aws:principaltag/${key.toLowerCase()}`] = [value];
  return Object.assign(out, facts.context);
}
