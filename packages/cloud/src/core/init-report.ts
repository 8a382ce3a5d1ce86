/** What became of init scripts, as LocalStack's `/_localstack/init` tells it. */
export const INIT_STAGES = ["BOOT", "START", "READY", "SHUTDOWN"] as const;
export type InitStage = (typeof INIT_STAGES)[number];

export interface InitScript {
  readonly stage: InitStage;
  readonly name: string;
  state: "UNKNOWN" | "RUNNING" | "SUCCESSFUL" | "ERROR";
}

export interface InitReport {
  readonly completed: Record<InitStage, boolean>;
  readonly scripts: InitScript[];
}

/** Without scripts the stages of a cloud that runs have passed. */
export function initReport(hasPassed = true): InitReport {
  return { completed: { BOOT: hasPassed, START: hasPassed, READY: hasPassed, SHUTDOWN: false }, scripts: [] };
}
