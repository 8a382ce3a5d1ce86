/** Templates by version 1's names. */
import { type Ctx, ServiceError } from "../../../core/service.ts";
import * as v2 from "../../sesv2/operations/templates.ts";
import { cut } from "../../sesv2/page.ts";
import { rendered } from "../../sesv2/sending.ts";
import { findTemplate, putTemplate, removeTemplate, type TemplateRecord, templatesOf } from "../../sesv2/store.ts";
import { TemplateError } from "../../sesv2/template.ts";
import { alreadyExists, invalidParameter, noTemplate, reworded } from "../errors.ts";

interface Template {
  readonly TemplateName: string;
  readonly SubjectPart?: string;
  readonly TextPart?: string;
  readonly HtmlPart?: string;
}

interface Named {
  readonly TemplateName: string;
}

function need(ctx: Ctx, name: string): TemplateRecord {
  const found = findTemplate(ctx, name);
  if (found === undefined) throw noTemplate(name);
  return found;
}

function read(ctx: Ctx, { TemplateName, SubjectPart, TextPart, HtmlPart }: Template): TemplateRecord {
  if (SubjectPart === undefined)
    throw new ServiceError("InvalidTemplateException", 400, "The subject must be specified.", { TemplateName });
  const content = {
    Subject: SubjectPart,
    ...(TextPart === undefined ? {} : { Text: TextPart }),
    ...(HtmlPart === undefined ? {} : { Html: HtmlPart }),
  };
  const template = reworded(() => v2.readTemplate(TemplateName, content), {
    BadRequestException: (message) => new ServiceError("InvalidTemplateException", 400, message, { TemplateName }),
  });
  return { ...template, createdAtMs: findTemplate(ctx, TemplateName)?.createdAtMs ?? ctx.now() };
}

export function createTemplate(ctx: Ctx, input: { readonly Template: Template }): object {
  const name = input.Template.TemplateName;
  if (findTemplate(ctx, name) !== undefined) throw alreadyExists("AlreadyExistsException", `Template ${name} already exists.`);
  putTemplate(ctx, read(ctx, input.Template));
  return {};
}

export function updateTemplate(ctx: Ctx, input: { readonly Template: Template }): object {
  need(ctx, input.Template.TemplateName);
  putTemplate(ctx, read(ctx, input.Template));
  return {};
}

export function deleteTemplate(ctx: Ctx, input: Named): object {
  removeTemplate(ctx, input.TemplateName);
  return {};
}

export function getTemplate(ctx: Ctx, input: Named): object {
  const { name, subject, text, html } = need(ctx, input.TemplateName);
  return {
    Template: {
      TemplateName: name,
      ...(subject === undefined ? {} : { SubjectPart: subject }),
      ...(text === undefined ? {} : { TextPart: text }),
      ...(html === undefined ? {} : { HtmlPart: html }),
    },
  };
}

export function listTemplates(ctx: Ctx, input: { readonly NextToken?: string; readonly MaxItems?: number }): object {
  const page = { NextToken: input.NextToken, PageSize: input.MaxItems };
  const { shown, more } = cut(
    page,
    templatesOf(ctx),
    ({ name }) => name,
    () => invalidParameter("The NextToken is not valid."),
    10,
  );
  return { TemplatesMetadata: shown.map((each) => ({ Name: each.name, CreatedTimestamp: new Date(each.createdAtMs) })), ...more };
}

export function testRender(ctx: Ctx, input: Named & { readonly TemplateData: string }): object {
  const template = need(ctx, input.TemplateName);
  const { TemplateName } = input;
  const refuse = (message: string) => new ServiceError("InvalidRenderingParameterException", 400, message, { TemplateName });
  const data = v2.dataOf(input.TemplateData, refuse);
  try {
    return { RenderedTemplate: v2.mimeOf(rendered(template, data), ctx.now()) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new ServiceError("MissingRenderingAttributeException", 400, error.message, { TemplateName });
  }
}
