/** Services of AWS that VPCs have gateways to, and the lists of their addresses. Source: AWS PrivateLink Guide, "Gateway endpoints" (read 2026-11). */
import { createHash } from "node:crypto";

export interface GatewayService {
  /** `com.amazonaws.eu-west-1.s3`. */
  readonly name: string;
  readonly prefixListId: string;
  readonly blocks: readonly string[];
  readonly id: string;
}

/** Addresses of us-east-1, told of every region: nothing is sent to them. */
const BLOCKS: { readonly [service: string]: readonly string[] } = {
  dynamodb: ["3.218.180.0/22", "52.94.0.0/22"],
  s3: ["52.216.0.0/15", "54.231.0.0/16"],
};

/** In order of their names. IDs are the same in every cloud, since they are AWS's and not the account's. */
export function gatewayServices(region: string): readonly GatewayService[] {
  return Object.entries(BLOCKS).map(([service, blocks]) => {
    const name = `com.amazonaws.${region}.${service}`;
    const digits = createHash("sha256").update(name).digest("hex");
    return { name, blocks, prefixListId: `pl-${digits.slice(0, 8)}`, id: `vpce-svc-0${digits.slice(0, 16)}` };
  });
}
