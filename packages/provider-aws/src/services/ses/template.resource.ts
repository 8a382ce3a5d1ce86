import type { Template } from "@aws-sdk/client-ses";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { lengthBetween, runChecks } from "../checks.ts";
import { sesArn } from "./find.ts";

const BYTES_MAX = 512_000;
const CHECKS = [lengthBetween("html", 0, BYTES_MAX), lengthBetween("text", 0, BYTES_MAX), lengthBetween("name", 1, 64)];
const MISSING = ["TemplateDoesNotExistException", "TemplateDoesNotExist"];

/** aws_ses_template. Its id is its name. */
export const resource: NativeResource = {
  type: "aws_ses_template",
  forceNew: ["name"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const name = requiredText(planned, "name");
    await aws.clients.ses.createTemplate({ Template: templateOf(planned, name) });
    await onCreated({ id: name });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const found = await find(aws, id);
    if (found === undefined) return null;
    return {
      ...state,
      id,
      arn: await sesArn(aws, `template/${id}`),
      html: found.HtmlPart ?? "",
      name: found.TemplateName ?? id,
      subject: found.SubjectPart ?? "",
      text: found.TextPart ?? "",
    };
  },
  async update(aws, prior, planned) {
    await aws.clients.ses.updateTemplate({ Template: templateOf(planned, requiredText(prior, "id")) });
  },
  async delete(aws, state) {
    await aws.clients.ses.deleteTemplate({ TemplateName: requiredText(state, "id") });
  },
  async find(aws, planned) {
    const id = requiredText(planned, "name");
    return (await find(aws, id)) === undefined ? null : { id };
  },
};

async function find(aws: AwsContext, TemplateName: string): Promise<Template | undefined> {
  return (await unlessMissing(MISSING, () => aws.clients.ses.getTemplate({ TemplateName })))?.Template;
}

function templateOf(planned: ValueObject, TemplateName: string): Template {
  return {
    TemplateName,
    HtmlPart: textAt(planned, "html"),
    SubjectPart: textAt(planned, "subject"),
    TextPart: textAt(planned, "text"),
  };
}
