import type { Ctx } from "../../../core/service.ts";
import { type Collections, keyOf, list, type Owner } from "../store.ts";
import type { Addressed } from "./stages.ts";

/** Custom domain names: whose a Host is, and which API its path is mapped to. Developer guide, "Custom domain names for HTTP APIs", "Use API mappings" (read 2026-11-21). */
const WILDCARD = "*.";

/** Owner and record of a host's domain; an exact name before a wildcard. */
function domainOf(ctx: Ctx, host: string): { owner: Owner; name: string } | undefined {
  const wildcard = WILDCARD + host.split(".").slice(1).join(".");
  let found: { owner: Owner; name: string } | undefined;
  for (const key of ctx.snapshot((store) => [...store.keys({ prefix: ["domain"] })])) {
    const [, account, region, name] = key.map(String);
    if (account === undefined || region === undefined || (name !== host && name !== wildcard)) continue;
    if (found === undefined || name === host) found = { owner: { account, region }, name };
  }
  return found;
}

const bareHost = (host: string): string => host.replace(/:\d+$/, "").toLowerCase();

export const ownsHost = (ctx: Ctx, host: string): boolean => domainOf(ctx, bareHost(host)) !== undefined;

/** The mapping with the longest path that the request's path begins with, by whole segments. undefined: no domain of that name, or none of its mappings fits. */
export function addressByDomain(ctx: Ctx, host: string, url: string): Addressed | undefined {
  const domain = domainOf(ctx, bareHost(host));
  if (domain === undefined) return undefined;
  const path = url.split("?")[0] ?? "/";
  const query = url.slice(path.length);
  const mappings = ctx.snapshot((store) =>
    list(store, domain.owner, "mapping", domain.name).map(({ value }) => ({ ...value, key: value.ApiMappingKey ?? "" })),
  );
  const fitting = mappings
    .filter(({ key }) => key === "" || path === `/${key}` || path.startsWith(`/${key}/`))
    .sort((a, b) => b.key.length - a.key.length);
  const best = fitting[0];
  if (best === undefined) return undefined;
  const base = best.key === "" ? "" : `/${best.key}`;
  const rest = path.slice(base.length);
  return {
    apiId: best.ApiId ?? "",
    stage: best.Stage ?? "$default",
    url: `${rest === "" ? "/" : rest}${query}`,
    domainPath: base,
  };
}

/** True for an API that answers at its custom domains only, and a request that came another way. */
export function isDisabled(ctx: Ctx, owner: Owner, addressed: Addressed): boolean {
  const api = ctx.store.get<Collections["api"]>(keyOf(owner, "api", addressed.apiId))?.value;
  return api?.DisableExecuteApiEndpoint === true && addressed.domainPath === undefined;
}
