/** What IAM knows about a refusal and AWS's answer leaves out: for the log and the trace. */
import type { ServiceError } from "./service.ts";

export interface Denial {
  /** The statement that would have allowed it. */
  readonly missing?: { readonly Effect: "Allow"; readonly Action: string; readonly Resource: string };
  /** The statement that denied it: policy and Sid or index. */
  readonly deniedBy?: string;
}

const denials = new WeakMap<ServiceError, Denial>();

export function noteDenial(error: ServiceError, denial: Denial): void {
  denials.set(error, denial);
}

export function denialOf(error: ServiceError): Denial | undefined {
  return denials.get(error);
}
