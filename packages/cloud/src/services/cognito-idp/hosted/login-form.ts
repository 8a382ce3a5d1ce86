import type { PoolRecord } from "../store.ts";
import type { Authorization } from "./authorize.ts";
import { pageUrl, showForm } from "./browser.ts";
import { providerLinks } from "./federation.ts";
import type { HostedRequest } from "./place.ts";

/** The login form, where many other pages end. */

export const signUpIsOpen = (pool: PoolRecord) => pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true;

export interface Notice {
  readonly error?: string;
  readonly note?: string;
  readonly username?: string;
}

export function showLogin(request: HostedRequest, asked: Authorization, notice: Notice): void {
  const byAddress = request.pool.usernameAttributes ?? [];
  const label = byAddress.includes("email") ? "Email" : byAddress.includes("phone_number") ? "Phone number" : "Username";
  const value = notice.username ?? request.query.get("login_hint") ?? undefined;
  showForm(request, {
    title: "Sign in with your account",
    action: pageUrl(request, "/login"),
    fields: [
      { name: "username", label, complete: "username", ...(value === undefined ? {} : { value }) },
      { name: "password", label: "Password", type: "password", complete: "current-password" },
    ],
    submit: "Sign in",
    error: notice.error,
    note: notice.note,
    providers: providerLinks(request, asked.client),
    links: [
      { label: "Forgot your password?", href: pageUrl(request, "/forgotPassword") },
      ...(signUpIsOpen(request.pool) ? [{ label: "Sign up", href: pageUrl(request, "/signup") }] : []),
    ],
  });
}
