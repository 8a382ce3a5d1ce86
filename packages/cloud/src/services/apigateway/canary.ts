/** Canary releases of a stage. Source: Amazon API Gateway Developer Guide, "Set up an API Gateway canary release deployment" (read 2026-11). */
import type { CanarySettings, PatchOperation, Stage } from "@aws-sdk/client-api-gateway";
import type { Random } from "@dovetail/model";
import { badRequest } from "../apigatewayv2/store.ts";
import { flag, number, type PatchRule, unescaped } from "./patch.ts";

/** Throws BadRequestException for a share that is none. */
export function checkCanary(settings: CanarySettings): CanarySettings {
  const { percentTraffic = 0 } = settings;
  if (percentTraffic < 0 || percentTraffic > 100) throw badRequest("Percent traffic must be between 0.0 and 100.0");
  return { percentTraffic, useStageCache: false, ...settings };
}

type Draft = { -readonly [K in keyof Stage]: Stage[K] };

const set = (target: Draft, more: CanarySettings) => {
  target.canarySettings = checkCanary({ ...target.canarySettings, ...more });
};

export const CANARY_RULES: readonly PatchRule<Draft>[] = [
  { path: "/canarySettings", ops: ["remove"], apply: (target) => delete target.canarySettings },
  {
    path: "/canarySettings/deploymentId",
    ops: ["replace", "add"],
    apply: (target, value) => set(target, { deploymentId: value }),
  },
  {
    path: "/canarySettings/percentTraffic",
    ops: ["replace", "add"],
    apply: (target, value) => set(target, { percentTraffic: number(value ?? "") }),
  },
  {
    path: "/canarySettings/useStageCache",
    ops: ["replace", "add"],
    apply: (target, value) => set(target, { useStageCache: flag(value ?? "") }),
  },
  {
    path: "/canarySettings/stageVariableOverrides/{}",
    ops: ["replace", "add", "remove"],
    apply(target, value, [name = ""]) {
      const { [name]: _before, ...others } = target.canarySettings?.stageVariableOverrides ?? {};
      set(target, { stageVariableOverrides: value === undefined ? others : { ...others, [name]: value } });
    },
  },
];

/** A promotion copies the canary's deployment and its variables over the stage's. undefined for another operation. */
export function promoted(stage: Draft, { op, from = "", path = "" }: PatchOperation): Draft | undefined {
  if (op !== "copy") return undefined;
  const { deploymentId, stageVariableOverrides } = stage.canarySettings ?? {};
  if (from === "/canarySettings/deploymentId" && path === "/deploymentId" && deploymentId !== undefined)
    return { ...stage, deploymentId };
  if (from === "/canarySettings/stageVariableOverrides" && path === "/variables")
    return { ...stage, variables: { ...stage.variables, ...stageVariableOverrides } };
  throw badRequest(`Invalid patch path  '${unescaped(path)}' specified for op 'copy' from '${unescaped(from)}'`);
}

const PARTS = 2 ** 16;

/** The stage as one request meets it: the canary's deployment and variables for its share of the requests. */
export function metBy(stage: Stage, random: Random): Stage {
  const { canarySettings: canary } = stage;
  if (canary?.deploymentId === undefined || (canary.percentTraffic ?? 0) <= 0) return stage;
  const [high = 0, low = 0] = random.bytes(2);
  if (((high * 256 + low) / PARTS) * 100 >= (canary.percentTraffic ?? 0)) return stage;
  return {
    ...stage,
    deploymentId: canary.deploymentId,
    variables: { ...stage.variables, ...canary.stageVariableOverrides },
  };
}
