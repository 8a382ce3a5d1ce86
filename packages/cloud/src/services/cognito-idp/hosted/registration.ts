import { confirmForgotPassword, confirmSignUp, forgotPassword, resendConfirmationCode, signUp } from "../operations/sign-up.ts";
import { type ClientRecord, keys, type PoolRecord } from "../store.ts";
import { lookUpUser } from "../users.ts";
import { sendPage } from "./answers.ts";
import { parseAuthorization } from "./authorize.ts";
import { isOwnForm, pageUrl, reasonOf, secretHashFor, showForm, signIn } from "./browser.ts";
import { showLogin, signUpIsOpen } from "./login-form.ts";
import { type Field, messagePage } from "./pages.ts";
import type { HostedRequest } from "./place.ts";
import { findPending, openPending, takePending } from "./records.ts";

/** `/signup`, `/confirm`, `/resendcode`, `/confirmUser`, `/forgotPassword`, `/confirmForgotPassword`. */

const EXPIRED = "The form has expired. Please try again.";

/** What a new user is asked: the name, required attributes, the password. */
function signUpFields(pool: PoolRecord, form: URLSearchParams): Field[] {
  const byAddress = pool.usernameAttributes ?? [];
  const kept = (name: string) => (form.get(name) === null ? {} : { value: form.get(name) ?? "" });
  const label = byAddress.includes("email") ? "Email" : byAddress.includes("phone_number") ? "Phone number" : "Username";
  const needed = pool.schema
    .filter((row) => row.Required === true && row.Name !== "sub")
    .map((row) => row.Name ?? "")
    .concat((pool.settings.AutoVerifiedAttributes ?? []).filter((name) => name === "email"));
  const own = [...new Set(needed)].filter((name) => !(byAddress as readonly string[]).includes(name));
  return [
    { name: "username", label, complete: "username", ...kept("username") },
    ...own.map((name) => ({ name: `requiredAttributes[${name}]`, label: name, ...kept(`requiredAttributes[${name}]`) })),
    { name: "password", label: "Password", type: "password", complete: "new-password" },
  ];
}

export async function signUpPage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  if (!signUpIsOpen(request.pool)) return showLogin(request, asked, { error: "SignUp is not permitted for this user pool" });
  const show = (error?: string) =>
    showForm(request, {
      title: "Sign up with a new account",
      action: pageUrl(request, "/signup"),
      fields: signUpFields(request.pool, request.form),
      submit: "Sign up",
      error,
      links: [{ label: "Already have an account? Sign in", href: pageUrl(request, "/login") }],
    });
  if (request.method !== "POST") return show();
  if (!isOwnForm(request)) return show(EXPIRED);
  const { form, ctx } = request;
  const Username = (form.get("username") ?? "").trim();
  const UserAttributes = [...form].flatMap(([name, Value]) => {
    const Name = /^requiredAttributes\[([^\]]{1,100})\]$/.exec(name)?.[1];
    return Name === undefined ? [] : [{ Name, Value }];
  });
  const Password = form.get("password") ?? "";
  const { client } = asked;
  try {
    const made = await signUp(ctx, {
      ClientId: client.id,
      Username,
      Password,
      UserAttributes,
      ...secretHashFor(client, Username),
    });
    if (made.UserConfirmed) return await signIn(request, asked, usernameOf(request, Username));
    const pending = openPending(ctx, { kind: "sign-up", poolId: request.pool.id, query: "", username: Username });
    showConfirm(request, Username, {
      pending,
      note: `We have sent a code to ${made.CodeDeliveryDetails?.Destination ?? "you"}.`,
    });
  } catch (error) {
    show(reasonOf(error));
  }
}

function usernameOf(request: HostedRequest, given: string): string {
  return request.ctx.snapshot((store) => lookUpUser(store, request.pool, given))?.username ?? given;
}

interface ConfirmNotice {
  readonly error?: string;
  readonly note?: string;
  /** Proves that this browser chose the password. */
  readonly pending?: string;
}

export function showConfirm(request: HostedRequest, username: string, notice: ConfirmNotice): void {
  showForm(request, {
    title: "Confirm your account",
    action: pageUrl(request, "/confirm"),
    fields: [{ name: "code", label: "Verification code", complete: "one-time-code" }],
    hidden: { username, ...(notice.pending === undefined ? {} : { pending: notice.pending }) },
    submit: "Confirm account",
    error: notice.error,
    note: notice.note,
  });
}

export async function confirmPage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  const { form, ctx } = request;
  const Username = form.get("username") ?? "";
  const pending = form.get("pending") ?? undefined;
  if (request.method !== "POST" || !isOwnForm(request)) return showLogin(request, asked, {});
  const input = { ClientId: asked.client.id, Username, ...secretHashFor(asked.client, Username) };
  const again = (notice: ConfirmNotice) =>
    showConfirm(request, Username, { ...notice, ...(pending === undefined ? {} : { pending }) });
  try {
    if (request.path === "/resendcode") {
      await resendConfirmationCode(ctx, input);
      return again({ note: "We have sent you another code." });
    }
    await confirmSignUp(ctx, { ...input, ConfirmationCode: form.get("code") ?? "" });
  } catch (error) {
    return again({ error: reasonOf(error) });
  }
  const known = pending === undefined ? undefined : findPending(ctx, pending);
  if (pending !== undefined) takePending(ctx, pending);
  if (known?.kind === "sign-up" && known.poolId === request.pool.id && known.username === Username)
    return signIn(request, asked, usernameOf(request, Username));
  showLogin(request, asked, { note: "Your account is confirmed. Please sign in.", username: Username });
}

/** The link of a CONFIRM_WITH_LINK e-mail. */
export async function confirmLink(request: HostedRequest): Promise<void> {
  const { query, ctx } = request;
  const Username = query.get("user_name") ?? "";
  try {
    const client = query.get("client_id") ?? "";
    await confirmSignUp(ctx, {
      ClientId: client,
      Username,
      ConfirmationCode: query.get("confirmation_code") ?? "",
      ...secretHashFor(
        request.ctx.snapshot((store) => store.get<ClientRecord>(keys.client(client))),
        Username,
      ),
    });
    sendPage(request.response, 200, messagePage("Confirmation succeeded", "Your registration has been confirmed!"));
  } catch (error) {
    sendPage(request.response, 400, messagePage("Confirmation failed", reasonOf(error)));
  }
}

export async function forgotPage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  const show = (error?: string) =>
    showForm(request, {
      title: "Forgot your password?",
      note: "Enter your username and we will send you a code to reset your password.",
      action: pageUrl(request, "/forgotPassword"),
      fields: [{ name: "username", label: "Username", complete: "username" }],
      submit: "Reset my password",
      error,
    });
  if (request.method !== "POST") return show();
  if (!isOwnForm(request)) return show(EXPIRED);
  const Username = (request.form.get("username") ?? "").trim();
  try {
    const { CodeDeliveryDetails } = await forgotPassword(request.ctx, {
      ClientId: asked.client.id,
      Username,
      ...secretHashFor(asked.client, Username),
    });
    showReset(request, Username, { note: `We have sent a code to ${CodeDeliveryDetails?.Destination ?? "you"}.` });
  } catch (error) {
    show(reasonOf(error));
  }
}

function showReset(request: HostedRequest, username: string, notice: { readonly error?: string; readonly note?: string }): void {
  showForm(request, {
    title: "Change password",
    action: pageUrl(request, "/confirmForgotPassword"),
    fields: [
      { name: "code", label: "Code", complete: "one-time-code" },
      { name: "password", label: "New password", type: "password", complete: "new-password" },
    ],
    hidden: { username },
    submit: "Change password",
    error: notice.error,
    note: notice.note,
  });
}

export async function resetPage(request: HostedRequest): Promise<void> {
  const asked = parseAuthorization(request);
  if (asked === undefined) return;
  if (request.method !== "POST" || !isOwnForm(request)) return forgotPage({ ...request, method: "GET" });
  const { form } = request;
  const Username = form.get("username") ?? "";
  try {
    await confirmForgotPassword(request.ctx, {
      ClientId: asked.client.id,
      Username,
      ConfirmationCode: form.get("code") ?? "",
      Password: form.get("password") ?? "",
      ...secretHashFor(asked.client, Username),
    });
    showLogin(request, asked, { note: "Your password is changed. Please sign in.", username: Username });
  } catch (error) {
    showReset(request, Username, { error: reasonOf(error) });
  }
}
