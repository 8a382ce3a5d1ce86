/** CreateAuthChallenge: draws a six-digit code and mails it; later tries of the same sign-in keep the first code. */
import { randomInt } from "node:crypto";
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { required } from "../../shared/env.ts";
import { log } from "../../shared/log.ts";

interface CreateEvent {
  readonly request: {
    readonly userAttributes: Readonly<Record<string, string>>;
    readonly session: readonly { readonly challengeMetadata?: string }[];
    readonly userNotFound?: boolean;
  };
  response: {
    publicChallengeParameters?: Record<string, string>;
    privateChallengeParameters?: Record<string, string>;
    challengeMetadata?: string;
  };
}

const ses = new SESv2Client({});

export async function main(event: CreateEvent): Promise<CreateEvent> {
  const { userAttributes, session, userNotFound } = event.request;
  const email = userAttributes.email ?? "";
  const earlier = session.at(-1)?.challengeMetadata?.match(/^CODE-(\d{6})$/)?.[1];
  const code = earlier ?? String(randomInt(0, 1_000_000)).padStart(6, "0");
  if (earlier === undefined && userNotFound !== true) await mail(email, code);
  event.response.publicChallengeParameters = { email };
  event.response.privateChallengeParameters = { code };
  event.response.challengeMetadata = `CODE-${code}`;
  log("info", "createAuthChallenge", { again: earlier !== undefined });
  return event;
}

async function mail(to: string, code: string): Promise<void> {
  await ses.send(
    new SendEmailCommand({
      FromEmailAddress: required("SENDER"),
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: { Subject: { Data: "Your sign-in code" }, Body: { Text: { Data: `Your Kefir sign-in code is ${code}.` } } },
      },
    }),
  );
}
