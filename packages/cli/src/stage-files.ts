import type { Engine } from "@dovetail/engine";
import type { Invocation } from "./command.ts";
import { openSession } from "./session.ts";

/** For commands that look into a stage's state: the cloud is not started for them. */
export async function withStage(invocation: Invocation, work: (engine: Engine) => Promise<number>): Promise<number> {
  const session = await openSession(invocation, { command: "state", startCloud: false, stateOnly: true });
  try {
    return await work(session.engine);
  } finally {
    await session.close();
  }
}

/** The same for those that change it: under one lock, which is waited for as the command line says. */
export async function withLockedStage(
  invocation: Invocation,
  operation: string,
  work: (engine: Engine) => Promise<number>,
): Promise<number> {
  const session = await openSession(invocation, { command: "state", startCloud: false, stateOnly: true });
  try {
    return await session.engine.withLock(operation, () => work(session.engine), session);
  } finally {
    await session.close();
  }
}
