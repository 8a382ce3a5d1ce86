import type { GetVpcLinkCommandOutput } from "@aws-sdk/client-apigatewayv2";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource, WaitRow } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textMapAt, textsAt } from "../attribute-map.ts";
import { lengthBetween, runChecks } from "../checks.ts";
import { API_MISSING, listAll, theOnly, updateApiTags } from "./find.ts";

const WAIT: Pick<WaitRow, "timeoutMs" | "source"> = {
  timeoutMs: 600_000,
  source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html",
};

/** `aws_apigatewayv2_vpc_link`. Behaviour: `internal/service/apigatewayv2/vpc_link.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_apigatewayv2_vpc_link",
  noun: "API Gateway v2 VPC Link",
  forceNew: ["security_group_ids", "subnet_ids"],
  tagged: true,
  validate: (config) => runChecks([lengthBetween("name", 1, 128)], config),
  async create(aws, planned, onCreated) {
    const { VpcLinkId: id = "" } = await aws.clients.apigatewayv2.createVpcLink({
      Name: requiredText(planned, "name"),
      SecurityGroupIds: textsAt(planned, "security_group_ids"),
      SubnetIds: textsAt(planned, "subnet_ids"),
      Tags: textMapAt(planned, "tags_all"),
    });
    await onCreated({ id });
    await aws.wait({ ...WAIT, what: "API Gateway v2 VPC Link create" }, async () => {
      const link = await findLink(aws, id);
      if (link?.VpcLinkStatus === "FAILED") throw failed(link);
      return link === undefined || link.VpcLinkStatus === "PENDING" ? undefined : true;
    });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const link = await findLink(aws, id);
    if (link === undefined) return null;
    return {
      id,
      arn: arnOf(aws, id),
      name: link.Name ?? "",
      security_group_ids: link.SecurityGroupIds ?? [],
      subnet_ids: link.SubnetIds ?? [],
      tags_all: { ...link.Tags },
    };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    if (changed("name")) await aws.clients.apigatewayv2.updateVpcLink({ VpcLinkId: id, Name: requiredText(planned, "name") });
    await updateApiTags(aws, arnOf(aws, id), prior, planned);
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    await unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.deleteVpcLink({ VpcLinkId: id }));
    await aws.wait({ ...WAIT, what: "API Gateway v2 VPC Link delete" }, async () => {
      const link = await findLink(aws, id);
      if (link?.VpcLinkStatus === "FAILED") throw failed(link);
      return link === undefined ? true : undefined;
    });
  },
  find,
};

function findLink(aws: AwsContext, VpcLinkId: string): Promise<GetVpcLinkCommandOutput | undefined> {
  return unlessMissing(API_MISSING, () => aws.clients.apigatewayv2.getVpcLink({ VpcLinkId }));
}

function arnOf(aws: AwsContext, id: string): string {
  return `arn:${aws.partition}:apigateway:${aws.region}::/vpclinks/${id}`;
}

function failed({ VpcLinkStatusMessage }: GetVpcLinkCommandOutput): DiagnosticError {
  const detail = `the link has failed: ${VpcLinkStatusMessage ?? "no reason given"}`;
  return new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
}

/** The only free link of the name into the same subnets. */
async function find(aws: AwsContext, planned: ValueObject, isFree: (start: ValueObject) => boolean): Promise<ValueObject | null> {
  const links = await listAll((token) => aws.clients.apigatewayv2.getVpcLinks(token));
  const wanted = textsAt(planned, "subnet_ids").sort().join();
  const same = theOnly(
    links,
    ({ Name, SubnetIds = [], VpcLinkId = "" }) =>
      Name === planned.name && [...SubnetIds].sort().join() === wanted && isFree({ id: VpcLinkId }),
  );
  return same?.VpcLinkId === undefined ? null : { id: same.VpcLinkId };
}
