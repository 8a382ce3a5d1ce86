import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, RetryRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { findInPages } from "../pages.ts";
import { attributesToCreate, attributesToState, attributesToUpdate, type TextAttribute } from "../text-attributes.ts";
import { SNS_MISSING } from "./find.ts";

/** What the service gives back. */
const SHOWN: readonly TextAttribute[] = [
  { attribute: "event_delivery_failure_topic_arn", member: "EventDeliveryFailure", kind: "text" },
  { attribute: "event_endpoint_created_topic_arn", member: "EventEndpointCreated", kind: "text" },
  { attribute: "event_endpoint_deleted_topic_arn", member: "EventEndpointDeleted", kind: "text" },
  { attribute: "event_endpoint_updated_topic_arn", member: "EventEndpointUpdated", kind: "text" },
  { attribute: "failure_feedback_role_arn", member: "FailureFeedbackRoleArn", kind: "text" },
  { attribute: "success_feedback_role_arn", member: "SuccessFeedbackRoleArn", kind: "text" },
  { attribute: "success_feedback_sample_rate", member: "SuccessFeedbackSampleRate", kind: "text" },
];
/** What it keeps to itself; `apple_platform_bundle_id` and the team it gives back for tokens. */
const APPLE: readonly TextAttribute[] = [
  { attribute: "apple_platform_bundle_id", member: "ApplePlatformBundleID", kind: "text" },
  { attribute: "apple_platform_team_id", member: "ApplePlatformTeamID", kind: "text" },
];
const SECRET: readonly TextAttribute[] = [
  { attribute: "platform_credential", member: "PlatformCredential", kind: "text" },
  { attribute: "platform_principal", member: "PlatformPrincipal", kind: "text" },
];

const NEW_ROLE: RetryRow = {
  codes: ["InvalidParameterException", "InvalidParameter"],
  message: /is not a valid role to allow SNS to write to Cloudwatch Logs/,
  timeoutMs: 120_000,
  why: "the role that SNS writes delivery logs with was only just made",
  source: "https://docs.aws.amazon.com/sns/latest/dg/topics-attrib.html",
};

/** aws_sns_platform_application. Its id is its ARN, which also carries name and platform. Credentials are never read back. */
export const resource: NativeResource = {
  type: "aws_sns_platform_application",
  forceNew: ["name", "platform"],
  async create(aws, planned, onCreated) {
    const { PlatformApplicationArn = "" } = await aws.retry(NEW_ROLE, () =>
      aws.clients.sns.createPlatformApplication({
        Name: requiredText(planned, "name"),
        Platform: requiredText(planned, "platform"),
        Attributes: attributesToCreate([...SHOWN, ...APPLE, ...SECRET], planned),
      }),
    );
    await onCreated({ id: PlatformApplicationArn });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const { name, platform } = partsOf(id);
    const attributes = await findAttributes(aws, id);
    if (attributes === undefined) return null;
    const apple = APPLE.filter(({ member }) => attributes[member] !== undefined);
    return { ...state, ...attributesToState([...SHOWN, ...apple], attributes), id, arn: id, name, platform };
  },
  async update(aws, prior, planned, changed) {
    const Attributes = attributesToUpdate(SHOWN, planned, changed);
    if ([...APPLE, ...SECRET].some(({ attribute }) => changed(attribute))) addCredentials(Attributes, planned, changed);
    if (Object.keys(Attributes).length === 0) return;
    const PlatformApplicationArn = requiredText(prior, "id");
    await aws.retry(NEW_ROLE, () => aws.clients.sns.setPlatformApplicationAttributes({ PlatformApplicationArn, Attributes }));
  },
  async delete(aws, state) {
    const PlatformApplicationArn = requiredText(state, "id");
    await unlessMissing(SNS_MISSING, () => aws.clients.sns.deletePlatformApplication({ PlatformApplicationArn }));
  },
  async find(aws, planned) {
    const wanted = `:app/${requiredText(planned, "platform")}/${requiredText(planned, "name")}`;
    const found = await findInPages(
      async (NextToken) => {
        const answer = await aws.clients.sns.listPlatformApplications({ NextToken });
        return { items: answer.PlatformApplications, next: answer.NextToken };
      },
      ({ PlatformApplicationArn }) => PlatformApplicationArn?.endsWith(wanted) === true,
    );
    return found?.PlatformApplicationArn === undefined ? null : { id: found.PlatformApplicationArn };
  },
};

/** A credential goes with the principal, and Apple's ids with each other, whichever of them changed. */
function addCredentials(attributes: Record<string, string>, planned: ValueObject, changed: (path: string) => boolean): void {
  if (APPLE.some(({ attribute }) => changed(attribute)))
    for (const { attribute, member } of APPLE) attributes[member] = textAt(planned, attribute) ?? "";
  attributes.PlatformCredential = textAt(planned, "platform_credential") ?? "";
  const principal = textAt(planned, "platform_principal");
  if (principal !== undefined) attributes.PlatformPrincipal = principal;
}

async function findAttributes(aws: AwsContext, id: string): Promise<Record<string, string> | undefined> {
  const answer = await unlessMissing(SNS_MISSING, () =>
    aws.clients.sns.getPlatformApplicationAttributes({ PlatformApplicationArn: id }),
  );
  return answer === undefined ? undefined : { ...answer.Attributes };
}

function partsOf(id: string): { readonly name: string; readonly platform: string } {
  const form =
    "SNS Platform Application ID must be of the form arn:PARTITION:sns:REGION:ACCOUNTID:app/PLATFORM/NAME, was provided";
  const isArn = id.startsWith("arn:") && id.split(":").length >= 6;
  const [kind, platform, name, ...more] = isArn ? id.split(":").slice(5).join(":").split("/") : [];
  if (kind === "app" && platform !== undefined && name !== undefined && more.length === 0) return { name, platform };
  const why = id.startsWith("arn:") ? "arn: not enough sections" : "arn: invalid prefix";
  const detail = isArn ? `${form}: ${id}` : `${form} ${JSON.stringify(id)} and received error: ${why}`;
  throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
}
