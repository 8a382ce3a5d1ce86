import type { Integration } from "@aws-sdk/client-api-gateway";
import type { Ctx } from "../../../core/service.ts";
import { type Exchange, misconfigured } from "./exchange.ts";
import type { Asked } from "./integrate.ts";

/** Integrations with services of this cloud. */
export async function callService(_ctx: Ctx, _exchange: Exchange, _integration: Integration, _body: string): Promise<Asked> {
  throw misconfigured();
}
