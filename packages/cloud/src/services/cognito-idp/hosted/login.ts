import { ServiceError } from "../../../core/service.ts";
import { startPassword } from "../auth/password.ts";
import type { AuthAnswer, AuthRequest } from "../auth/request.ts";
import { respond } from "../auth/respond.ts";
import { associateSoftwareToken, verifySoftwareToken } from "../operations/own-user.ts";
import { resendConfirmationCode } from "../operations/sign-up.ts";
import { lookUpUser } from "../users.ts";
import { redirect } from "./answers.ts";
import { type Authorization, backToClient, grant, parseAuthorization } from "./authorize.ts";
import { isOwnForm, pageUrl, reasonOf, secretHashFor, showForm, signedInUser, signIn } from "./browser.ts";
import { enabledProviders, goToProvider } from "./federation.ts";
import { showLogin } from "./login-form.ts";
import type { HostedRequest } from "./place.ts";
import { showConfirm } from "./registration.ts";

/** `/oauth2/authorize` and `/login` with what may follow a password: a new password, a second factor, its setup. */

export async function authorizePage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  const { query } = request;
  const prompts = (query.get("prompt") ?? "").split(" ");
  const user = prompts.includes("login") ? undefined : signedInUser(request);
  if (user !== undefined) return grant(request, asked, user, []);
  if (prompts.includes("none")) return backToClient(request, asked, { error: "login_required" });
  const provider = chosenProvider(request, asked);
  if (provider !== undefined) return goToProvider(request, asked, provider);
  redirect(request.response, `${request.origin}${pageUrl(request, "/login")}`);
}

/** The provider that the request names, or the only one that the client has. */
function chosenProvider(request: HostedRequest, asked: Authorization): string | undefined {
  const providers = enabledProviders(request, asked.client);
  const name = request.query.get("identity_provider");
  const identifier = request.query.get("idp_identifier");
  if (name !== null && name !== "COGNITO") return name;
  if (identifier !== null) return providers.find((each) => each.IdpIdentifiers?.includes(identifier))?.ProviderName ?? identifier;
  const hasOwn = (asked.client.settings.SupportedIdentityProviders ?? ["COGNITO"]).includes("COGNITO");
  return !hasOwn && providers.length === 1 ? providers[0]?.ProviderName : undefined;
}

export async function loginPage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  if (request.method !== "POST") return showLogin(request, asked, {});
  if (!isOwnForm(request)) return showLogin(request, asked, { error: "The form has expired. Please try again." });
  const username = (request.form.get("username") ?? "").trim();
  const password = request.form.get("password") ?? "";
  const user = request.ctx.snapshot((store) => lookUpUser(store, request.pool, username));
  try {
    const answer = await startPassword(stepOf(request, asked, { USERNAME: username, PASSWORD: password }), user);
    return await next(request, asked, answer, username);
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : "";
    if (code === "UserNotConfirmedException") return unconfirmed(request, asked, username);
    const hidden = code === "UserNotFoundException" ? "Incorrect username or password." : reasonOf(error);
    return showLogin(request, asked, { error: hidden, username });
  }
}

async function unconfirmed(request: HostedRequest, asked: Authorization, username: string): Promise<void> {
  const input = { ClientId: asked.client.id, Username: username, ...secretHashFor(asked.client, username) };
  const note = await resendConfirmationCode(request.ctx, input).then(
    () => "Your account is not confirmed. We have sent you a code.",
    (error: unknown) => reasonOf(error),
  );
  showConfirm(request, username, { note });
}

function stepOf(request: HostedRequest, asked: Authorization, parameters: Record<string, string>, session?: string): AuthRequest {
  // The client itself is proved at the token endpoint; a browser never holds its secret.
  const { secret: _secret, ...client } = asked.client;
  return {
    ctx: request.ctx,
    pool: request.pool,
    client,
    parameters,
    admin: false,
    hosted: true,
    ...(session === undefined ? {} : { session }),
  };
}

async function next(request: HostedRequest, asked: Authorization, answer: AuthAnswer, username: string): Promise<void> {
  if (answer.proved !== undefined) return signIn(request, asked, answer.proved);
  showChallenge(request, answer, username);
}

const CODE_TITLES: { readonly [challenge: string]: string } = {
  SMS_MFA: "Enter the code that we sent you",
  EMAIL_OTP: "Enter the code that we sent you",
  SOFTWARE_TOKEN_MFA: "Enter the code of your authenticator app",
};

interface Step {
  readonly challenge: string;
  readonly session: string;
  readonly username: string;
}

function showChallenge(request: HostedRequest, answer: AuthAnswer, username: string) {
  const step: Step = { challenge: answer.ChallengeName ?? "", session: answer.Session ?? "", username };
  if (step.challenge === "MFA_SETUP") return showSetup(request, step, answer.ChallengeParameters.MFAS_CAN_SETUP ?? "[]");
  showStep(request, step, undefined, answer.ChallengeParameters);
}

function showStep(
  request: HostedRequest,
  step: Step,
  error: string | undefined,
  parameters: AuthAnswer["ChallengeParameters"] = {},
) {
  const shared = { hidden: { ...step }, error, submit: "Continue" };
  if (step.challenge === "NEW_PASSWORD_REQUIRED") {
    const names = listIn(request.form.get("required") ?? parameters.requiredAttributes ?? "[]");
    return showForm(request, {
      ...shared,
      hidden: { ...step, required: JSON.stringify(names) },
      title: "Change password",
      action: pageUrl(request, "/newpassword"),
      fields: [
        { name: "new_password", label: "New password", type: "password", complete: "new-password" },
        ...names.map((name) => ({ name, label: name.replace(/^userAttributes\./, "") })),
      ],
    });
  }
  if (step.challenge === "SELECT_MFA_TYPE")
    return showForm(request, {
      ...shared,
      title: "Choose how to verify that it's you",
      action: pageUrl(request, "/mfa"),
      fields: [{ name: "answer", label: `One of ${parameters.MFAS_CAN_CHOOSE ?? ""}` }],
    });
  showForm(request, {
    ...shared,
    title: CODE_TITLES[step.challenge] ?? step.challenge,
    note: parameters.CODE_DELIVERY_DESTINATION,
    action: pageUrl(request, "/mfa"),
    fields: [{ name: "code", label: "Code", complete: "one-time-code" }],
  });
}

/** A JSON list of texts; what a form brings back need not be one. */
function listIn(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}

function showSetup(request: HostedRequest, step: Step, canSetUp: string, error?: string): void {
  if (!canSetUp.includes("SOFTWARE_TOKEN_MFA"))
    throw new ServiceError("InvalidParameterException", 400, "User has no second factor and none can be set up here.");
  const { ctx } = request;
  const { SecretCode } = ctx.transact(() => associateSoftwareToken(ctx, { Session: step.session }));
  showForm(request, {
    title: "Set up an authenticator app",
    note: "Add this secret to your authenticator app, then enter the code that it shows.",
    secret: SecretCode,
    action: pageUrl(request, "/mfa"),
    fields: [{ name: "code", label: "Code", complete: "one-time-code" }],
    hidden: { ...step },
    submit: "Continue",
    error,
  });
}

/** `/mfa` and `/newpassword`: the answer to a challenge. */
export async function challengePage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  if (request.method !== "POST" || !isOwnForm(request)) return showLogin(request, asked, {});
  const { form } = request;
  const text = (name: string) => form.get(name) ?? "";
  const step: Step = { challenge: text("challenge"), session: text("session"), username: text("username") };
  try {
    if (step.challenge === "MFA_SETUP") verifySetup(request, step, text("code"));
    const answer = await respond(stepOf(request, asked, responses(request, step), step.session), step.challenge);
    return await next(request, asked, answer, step.username);
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof ServiceError && error.code === "NotAuthorizedException")
      return showLogin(request, asked, { error: reason });
    if (step.challenge === "MFA_SETUP") return setUpAgain(request, asked, step, reason);
    return showStep(request, step, reason);
  }
}

/** The session may have ended meanwhile. */
function setUpAgain(request: HostedRequest, asked: Authorization, step: Step, reason: string): void {
  try {
    showSetup(request, step, "SOFTWARE_TOKEN_MFA", reason);
  } catch (error) {
    showLogin(request, asked, { error: reasonOf(error) });
  }
}

function verifySetup({ ctx }: HostedRequest, step: Step, code: string): void {
  ctx.transact(() => verifySoftwareToken(ctx, { Session: step.session, UserCode: code }));
}

function responses({ form }: HostedRequest, step: Step): Record<string, string> {
  const out: Record<string, string> = { USERNAME: step.username };
  for (const [name, value] of form) if (name.startsWith("userAttributes.")) out[name] = value;
  if (step.challenge === "NEW_PASSWORD_REQUIRED") out.NEW_PASSWORD = form.get("new_password") ?? "";
  else if (step.challenge === "SELECT_MFA_TYPE") out.ANSWER = form.get("answer") ?? "";
  else out[`${step.challenge}_CODE`] = form.get("code") ?? "";
  return out;
}
