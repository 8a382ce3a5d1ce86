/** PreSignUp: the one-time code proves the address at every sign-in, so the account needs no separate confirmation. */
interface PreSignUpEvent {
  readonly request: { readonly userAttributes: Readonly<Record<string, string>> };
  response: { autoConfirmUser: boolean; autoVerifyEmail: boolean };
}

export async function main(event: PreSignUpEvent): Promise<PreSignUpEvent> {
  event.response.autoConfirmUser = true;
  event.response.autoVerifyEmail = true;
  return event;
}
