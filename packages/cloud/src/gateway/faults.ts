/** Faults on demand, in the form of LocalStack's chaos API: rules that fail or delay requests of a service, operation or region. */
import type { Random } from "@dovetail/model";
import { ServiceError } from "../core/service.ts";

export interface FaultRule {
  readonly region?: string;
  readonly service?: string;
  readonly operation?: string;
  /** 0 to 1; default 1. */
  readonly probability?: number;
  readonly error?: { readonly statusCode?: number; readonly code?: string; readonly message?: string };
}

export interface FaultTable {
  rules: readonly FaultRule[];
  latencyMs: number;
  /** What this request meets; undefined (at once) when nothing is set. */
  strike(service: string, operation: string, region: string): Promise<ServiceError | undefined> | undefined;
}

const LATENCY_MS_MAX = 60_000;

export function faultTable(random: Random): FaultTable {
  const chance = () => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
  return {
    rules: [],
    latencyMs: 0,
    strike(service, operation, region) {
      if (this.rules.length === 0 && this.latencyMs === 0) return undefined;
      const rule = this.rules.find(
        (each) =>
          (each.service === undefined || each.service === service) &&
          (each.operation === undefined || each.operation === operation) &&
          (each.region === undefined || each.region === region) &&
          chance() < (each.probability ?? 1),
      );
      const error =
        rule === undefined
          ? undefined
          : new ServiceError(
              rule.error?.code ?? "ServiceUnavailable",
              rule.error?.statusCode ?? 503,
              rule.error?.message ?? "Failing as per Fault Injection configuration",
            );
      const wait = Math.min(this.latencyMs, LATENCY_MS_MAX);
      return new Promise((resolve) => (wait > 0 ? setTimeout(() => resolve(error), wait) : resolve(error)));
    },
  };
}
