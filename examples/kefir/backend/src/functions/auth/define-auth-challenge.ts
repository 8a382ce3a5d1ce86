/** DefineAuthChallenge: one custom challenge at a time; three wrong codes end the sign-in. */
interface ChallengeResult {
  readonly challengeName: string;
  readonly challengeResult: boolean;
}

interface DefineEvent {
  readonly request: { readonly session: readonly ChallengeResult[]; readonly userNotFound?: boolean };
  response: { challengeName?: string; issueTokens: boolean; failAuthentication: boolean };
}

const ATTEMPTS_MAX = 3;

export async function main(event: DefineEvent): Promise<DefineEvent> {
  const { session } = event.request;
  const last = session.at(-1);
  if (last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult) {
    event.response.issueTokens = true;
    event.response.failAuthentication = false;
  } else if (session.length >= ATTEMPTS_MAX) {
    event.response.issueTokens = false;
    event.response.failAuthentication = true;
  } else {
    event.response.issueTokens = false;
    event.response.failAuthentication = false;
    event.response.challengeName = "CUSTOM_CHALLENGE";
  }
  return event;
}
