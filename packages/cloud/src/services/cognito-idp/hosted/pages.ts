/** HTML of the hosted pages. Every text is escaped here; no script, no outside asset. Pure. */

const ESCAPES: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ESCAPES[found] ?? found);
}

const STYLE =
  "body{font:16px/1.4 system-ui,sans-serif;background:#f4f5f7;margin:0;color:#1b1f24}main{max-width:23rem;margin:8vh auto;background:#fff;padding:1.8rem;border:1px solid #d9dde3;border-radius:10px}h1{font-size:1.2rem;margin:0 0 1rem}label{display:block;margin:.7rem 0 .2rem;font-size:.9rem}input{box-sizing:border-box;width:100%;padding:.55rem;font:inherit;border:1px solid #aab2bd;border-radius:6px}button{box-sizing:border-box;width:100%;margin-top:1rem;padding:.6rem;font:inherit;border:0;border-radius:6px;background:#1f5fbf;color:#fff;cursor:pointer}button.other{background:#fff;color:#1b1f24;border:1px solid #aab2bd}p{font-size:.9rem}.error{background:#fdecea;border:1px solid #e8a9a2;padding:.6rem;border-radius:6px}.note{background:#e9f3ea;border:1px solid #a8cfab;padding:.6rem;border-radius:6px}code{word-break:break-all}a{color:#1f5fbf}";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "password" | "email" | "tel";
  readonly value?: string;
  /** `autocomplete` of the browser. */
  readonly complete?: string;
}

export interface Form {
  readonly title: string;
  /** Path with query. */
  readonly action: string;
  readonly csrf: string;
  readonly fields: readonly Field[];
  readonly hidden?: { readonly [name: string]: string };
  readonly submit: string;
  readonly error?: string | undefined;
  readonly note?: string | undefined;
  /** Below the form. */
  readonly links?: readonly { readonly label: string; readonly href: string }[];
  /** Above it. */
  readonly providers?: readonly { readonly label: string; readonly href: string }[];
  /** A text to show as it is (a TOTP secret). */
  readonly secret?: string;
}

function field({ name, label, type = "text", value, complete }: Field): string {
  const more = `${value === undefined ? "" : ` value="${escaped(value)}"`}${complete === undefined ? "" : ` autocomplete="${escaped(complete)}"`}`;
  const id = escaped(name);
  return `<label for="${id}">${escaped(label)}</label><input id="${id}" name="${id}" type="${type}" required${more}>`;
}

function whole(title: string, body: string): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`;
}

const link = ({ label, href }: { readonly label: string; readonly href: string }) =>
  `<a href="${escaped(href)}">${escaped(label)}</a>`;

export function formPage(form: Form): string {
  const hidden = Object.entries({ _csrf: form.csrf, ...form.hidden })
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join("");
  const parts = [
    form.error === undefined ? "" : `<p class="error" role="alert">${escaped(form.error)}</p>`,
    form.note === undefined ? "" : `<p class="note" role="status">${escaped(form.note)}</p>`,
    ...(form.providers ?? []).map(
      ({ label, href }) => `<p><a href="${escaped(href)}" class="provider">Continue with ${escaped(label)}</a></p>`,
    ),
    form.secret === undefined ? "" : `<p><code>${escaped(form.secret)}</code></p>`,
    `<form method="post" action="${escaped(form.action)}">${hidden}${form.fields.map(field).join("")}<button type="submit">${escaped(form.submit)}</button></form>`,
    form.links === undefined ? "" : `<p>${form.links.map(link).join(" · ")}</p>`,
  ];
  return whole(form.title, parts.join(""));
}

export function messagePage(title: string, text: string): string {
  return whole(title, `<p>${escaped(text)}</p>`);
}

export function errorPage(code: string): string {
  return whole(
    "An error was encountered with the requested page.",
    `<p class="error" role="alert">${escaped(code.slice(0, 200))}</p>`,
  );
}
