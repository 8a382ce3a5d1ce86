/** Staging labels: each names one version of a secret. User guide, "What's in a Secrets Manager secret?". */
import type { Ctx } from "../../core/service.ts";
import { getVersion, putVersion, removeVersion, type SecretRecord, versionsOf } from "./store.ts";

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
export const PENDING = "AWSPENDING";
const VERSIONS_MAX = 100;

function strip(ctx: Ctx, secret: SecretRecord, stage: string, except: string): string | undefined {
  let from: string | undefined;
  for (const version of versionsOf(ctx, secret)) {
    if (version.id === except || !version.stages.includes(stage)) continue;
    from = version.id;
    putVersion(ctx, secret, { ...version, stages: version.stages.filter((each) => each !== stage) });
  }
  return from;
}

/** Moves a label to a version; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
export function moveStage(ctx: Ctx, secret: SecretRecord, stage: string, to: string): void {
  const from = strip(ctx, secret, stage, to);
  const target = getVersion(ctx, secret, to);
  if (target === undefined) return;
  if (!target.stages.includes(stage)) putVersion(ctx, secret, { ...target, stages: [...target.stages, stage] });
  if (stage === CURRENT && from !== undefined) {
    moveStage(ctx, secret, PREVIOUS, from);
    const current = getVersion(ctx, secret, to);
    if (current?.stages.includes(PREVIOUS) === true)
      putVersion(ctx, secret, { ...current, stages: current.stages.filter((each) => each !== PREVIOUS) });
  }
}

/** Versions without a label go, oldest first, when there are more than a hundred. */
export function dropDeprecated(ctx: Ctx, secret: SecretRecord): void {
  const loose = versionsOf(ctx, secret).filter((version) => version.stages.length === 0);
  for (const version of loose.slice(0, Math.max(0, loose.length - VERSIONS_MAX))) removeVersion(ctx, secret, version.id);
}

/** For DescribeSecret: versions that have a label. */
export function stagesById(ctx: Ctx, secret: SecretRecord): { [id: string]: readonly string[] } {
  const labelled = versionsOf(ctx, secret).filter((version) => version.stages.length > 0);
  return Object.fromEntries(labelled.map((version) => [version.id, version.stages]));
}
