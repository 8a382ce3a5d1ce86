/** VerifyAuthChallengeResponse: compares the answer with the code in constant time. */
import { timingSafeEqual } from "node:crypto";

interface VerifyEvent {
  readonly request: { readonly privateChallengeParameters: Readonly<Record<string, string>>; readonly challengeAnswer?: string };
  response: { answerCorrect: boolean };
}

export async function main(event: VerifyEvent): Promise<VerifyEvent> {
  const wanted = Buffer.from(event.request.privateChallengeParameters.code ?? "");
  const given = Buffer.from((event.request.challengeAnswer ?? "").trim());
  event.response.answerCorrect = wanted.length > 0 && wanted.length === given.length && timingSafeEqual(wanted, given);
  return event;
}
