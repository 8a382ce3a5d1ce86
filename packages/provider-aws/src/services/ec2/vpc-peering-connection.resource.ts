import type { VpcPeeringConnection } from "@aws-sdk/client-ec2";
import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { blockAt, isTrue, requiredText, textAt } from "../attribute-map.ts";
import { tagMap } from "../tags.ts";
import { timed } from "../timeouts.ts";
import { tagsOnCreate, updateTags } from "./tagging.ts";
import { WAIT } from "./waits.ts";

const MISSING = ["InvalidVpcPeeringConnectionID.NotFound"];
const ENDED = ["deleted", "expired", "failed", "rejected"];
const SIDES = ["accepter", "requester"] as const;
const DNS = "allow_remote_vpc_dns_resolution";

/** AWS shows ended ones for some hours. */
async function find(aws: AwsContext, id: string): Promise<VpcPeeringConnection | undefined> {
  const found = await unlessMissing(MISSING, () =>
    aws.clients.ec2.describeVpcPeeringConnections({ VpcPeeringConnectionIds: [id] }),
  );
  const peering = found?.VpcPeeringConnections?.[0];
  return ENDED.includes(peering?.Status?.Code ?? "deleted") ? undefined : peering;
}

async function accept(aws: AwsContext, id: string, planned: ValueObject, phase: "create" | "update"): Promise<void> {
  await aws.clients.ec2.acceptVpcPeeringConnection({ VpcPeeringConnectionId: id });
  await aws.wait(timed({ ...WAIT, what: "EC2 VPC Peering Connection active" }, planned, phase), async () =>
    (await find(aws, id))?.Status?.Code === "active" ? true : undefined,
  );
}

async function changeOptions(
  aws: AwsContext,
  id: string,
  planned: ValueObject,
  changed: (path: string) => boolean,
): Promise<void> {
  const options = (side: (typeof SIDES)[number]) => {
    const block = blockAt(planned, side);
    return changed(side) && block !== undefined ? { AllowDnsResolutionFromRemoteVpc: isTrue(block, DNS) } : undefined;
  };
  const [AccepterPeeringConnectionOptions, RequesterPeeringConnectionOptions] = SIDES.map(options);
  if (AccepterPeeringConnectionOptions === undefined && RequesterPeeringConnectionOptions === undefined) return;
  const peering = await find(aws, id);
  if (peering?.Status?.Code !== "active") {
    const detail =
      "Unable to modify EC2 VPC Peering Connection Options. EC2 VPC Peering Connection is not active, please set the `auto_accept` attribute to `true` or activate the EC2 VPC Peering Connection manually.";
    throw new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
  }
  await aws.clients.ec2.modifyVpcPeeringConnectionOptions({
    VpcPeeringConnectionId: id,
    AccepterPeeringConnectionOptions,
    RequesterPeeringConnectionOptions,
  });
}

/** `aws_vpc_peering_connection`. Behaviour: `internal/service/ec2/vpc_peering_connection.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_vpc_peering_connection",
  noun: "EC2 VPC Peering Connection",
  forceNew: ["peer_owner_id", "peer_region", "peer_vpc_id", "vpc_id"],
  defaults: { [`accepter.${DNS}`]: false, [`requester.${DNS}`]: false },
  computedBlocks: { accepter: true, requester: true },
  tagged: true,
  async create(aws, planned, onCreated) {
    if (isTrue(planned, "auto_accept") && textAt(planned, "peer_region") !== undefined) {
      const detail = "`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection";
      throw new DiagnosticError(errorDiagnostic("DVT4001", "Provider operation failed", { detail }));
    }
    const { VpcPeeringConnection: made } = await aws.clients.ec2.createVpcPeeringConnection({
      VpcId: requiredText(planned, "vpc_id"),
      PeerVpcId: requiredText(planned, "peer_vpc_id"),
      PeerOwnerId: textAt(planned, "peer_owner_id"),
      PeerRegion: textAt(planned, "peer_region"),
      ...tagsOnCreate(planned, "vpc-peering-connection"),
    });
    const id = made?.VpcPeeringConnectionId ?? "";
    await onCreated({ id });
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC Peering Connection create" }, planned, "create"), async () => {
      const code = (await find(aws, id))?.Status?.Code;
      return code === "pending-acceptance" || code === "active" ? true : undefined;
    });
    if (isTrue(planned, "auto_accept")) await accept(aws, id, planned, "create");
    await changeOptions(aws, id, planned, () => true);
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const peering = await find(aws, id);
    if (peering === undefined) return null;
    const { AccepterVpcInfo: accepter, RequesterVpcInfo: requester } = peering;
    const isOwn = requester?.OwnerId === (await aws.accountId()) && accepter?.OwnerId !== requester?.OwnerId;
    const [peer, own] = isOwn || accepter?.OwnerId === requester?.OwnerId ? [accepter, requester] : [requester, accepter];
    const shown = (info: typeof accepter) =>
      info?.PeeringOptions === undefined ? [] : [{ [DNS]: info.PeeringOptions.AllowDnsResolutionFromRemoteVpc ?? false }];
    return {
      ...state,
      id,
      accept_status: peering.Status?.Code ?? "",
      accepter: shown(accepter),
      requester: shown(requester),
      peer_owner_id: peer?.OwnerId ?? "",
      peer_region: accepter?.Region ?? "",
      peer_vpc_id: peer?.VpcId ?? "",
      vpc_id: own?.VpcId ?? "",
      tags_all: tagMap(peering.Tags),
    };
  },
  async update(aws, prior, planned, changed) {
    const id = requiredText(prior, "id");
    const isPending = (await find(aws, id))?.Status?.Code === "pending-acceptance";
    if (isTrue(planned, "auto_accept") && isPending) await accept(aws, id, planned, "update");
    await changeOptions(aws, id, planned, changed);
    await updateTags(aws, id, prior, planned);
  },
  async delete(aws, state) {
    const id = requiredText(state, "id");
    await unlessMissing([...MISSING, "InvalidStateTransition"], () =>
      aws.clients.ec2.deleteVpcPeeringConnection({ VpcPeeringConnectionId: id }),
    );
    await aws.wait(timed({ ...WAIT, what: "EC2 VPC Peering Connection delete" }, state, "delete"), async () =>
      (await find(aws, id)) === undefined ? true : undefined,
    );
  },
};
