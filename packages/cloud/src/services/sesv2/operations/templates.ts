/** E-mail templates. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import { cut, type PageInput } from "../page.ts";
import { rendered, V2 } from "../sending.ts";
import { findTemplate, putTemplate, removeTemplate, requireTemplate, type Tag, templatesOf } from "../store.ts";
import { checkTemplate, TemplateError } from "../template.ts";

interface Named {
  readonly TemplateName: string;
}

export interface TemplateContent {
  readonly Subject?: string;
  readonly Text?: string;
  readonly Html?: string;
}

const BYTES_MAX = 500 * 1024;

/** Throws BadRequestException for what is no template. */
export function readTemplate(name: string, content: TemplateContent) {
  const parts = [content.Subject, content.Text, content.Html].filter((part) => part !== undefined);
  if (parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0) > BYTES_MAX)
    throw V2.bad("The template is larger than 500 KB.");
  try {
    parts.forEach(checkTemplate);
  } catch (error) {
    if (error instanceof TemplateError) throw V2.bad(`Invalid template ${name}: ${error.message}`);
    throw error;
  }
  return {
    name,
    ...(content.Subject === undefined ? {} : { subject: content.Subject }),
    ...(content.Text === undefined ? {} : { text: content.Text }),
    ...(content.Html === undefined ? {} : { html: content.Html }),
  };
}

type Input = Named & { readonly TemplateContent: TemplateContent; readonly Tags?: readonly Tag[] };

export function createTemplate(ctx: Ctx, input: Input): object {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(input.TemplateName))
    throw V2.bad(`Invalid template name ${input.TemplateName.slice(0, 100)}.`);
  if (findTemplate(ctx, input.TemplateName) !== undefined)
    throw new ServiceError("AlreadyExistsException", 400, `Template ${input.TemplateName} already exists.`);
  const template = readTemplate(input.TemplateName, input.TemplateContent);
  putTemplate(ctx, { ...template, createdAtMs: ctx.now(), tags: [...(input.Tags ?? [])] });
  return {};
}

export function updateTemplate(ctx: Ctx, input: Input): object {
  const { createdAtMs, tags } = requireTemplate(ctx, input.TemplateName);
  const template = readTemplate(input.TemplateName, input.TemplateContent);
  putTemplate(ctx, { ...template, createdAtMs, ...(tags === undefined ? {} : { tags }) });
  return {};
}

export function getTemplate(ctx: Ctx, input: Named): object {
  const { name, subject, text, html, tags = [] } = requireTemplate(ctx, input.TemplateName);
  const content = {
    ...(subject === undefined ? {} : { Subject: subject }),
    ...(text === undefined ? {} : { Text: text }),
    ...(html === undefined ? {} : { Html: html }),
  };
  return { TemplateName: name, TemplateContent: content, Tags: tags };
}

export function deleteTemplate(ctx: Ctx, input: Named): object {
  removeTemplate(ctx, requireTemplate(ctx, input.TemplateName).name);
  return {};
}

export function listTemplates(ctx: Ctx, input: PageInput): object {
  const { shown, more } = cut(
    input,
    templatesOf(ctx),
    ({ name }) => name,
    () => V2.bad("The NextToken is not valid."),
    10,
  );
  const TemplatesMetadata = shown.map((each) => ({ TemplateName: each.name, CreatedTimestamp: new Date(each.createdAtMs) }));
  return { TemplatesMetadata, ...more };
}

export function dataOf(text: string | undefined, refuse: (message: string) => ServiceError): unknown {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw refuse("Template rendering data is invalid.");
}

/** A MIME message of a rendered template, as TestRender… answers it. */
export function mimeOf(parts: ReturnType<typeof rendered>, atMs: number): string {
  const both = parts.text !== undefined && parts.html !== undefined;
  const one = (type: string, body: string) =>
    `Content-Type: ${type}; charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n${body}\r\n`;
  const head = `Date: ${new Date(atMs).toUTCString()}\r\nSubject: ${parts.subject ?? ""}\r\nMIME-Version: 1.0\r\n`;
  const bodies = [
    ...(parts.text === undefined ? [] : [one("text/plain", parts.text)]),
    ...(parts.html === undefined ? [] : [one("text/html", parts.html)]),
  ];
  if (!both) return `${head}${bodies[0] ?? "\r\n"}`;
  const line = `----=_Part_${atMs}`;
  const alternatives = bodies.map((body) => `--${line}\r\n${body}`).join("");
  return `${head}Content-Type: multipart/alternative; boundary="${line}"\r\n\r\n${alternatives}--${line}--\r\n`;
}

export function testRender(ctx: Ctx, input: Named & { readonly TemplateData: string }): object {
  const template = requireTemplate(ctx, input.TemplateName);
  try {
    return { RenderedTemplate: mimeOf(rendered(template, dataOf(input.TemplateData, V2.bad)), ctx.now()) };
  } catch (error) {
    if (error instanceof TemplateError) throw V2.bad(error.message);
    throw error;
  }
}
