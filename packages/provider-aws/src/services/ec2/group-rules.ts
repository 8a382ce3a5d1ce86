/**
 * `ingress` and `egress` of aws_security_group: blocks with many sources, where EC2 keeps rules with one each. What a block of the state
 * lets through is read back as that block; what is beside it, by protocol, ports and description. Behaviour:
 * `internal/service/ec2/vpc_security_group.go`, matchRules (read 2026-11). Pure.
 */
import type { IpPermission } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import { blocksAt, isTrue, numberAt, textAt, textsAt } from "../attribute-map.ts";

const LISTS = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"] as const;
type Kind = (typeof LISTS)[number] | "self";

/** What config leaves out of a block. */
export const EMPTY_RULE: ValueObject = {
  ...Object.fromEntries(LISTS.map((name) => [name, []])),
  description: "",
  from_port: 0,
  protocol: "",
  self: false,
  to_port: 0,
};

/** One source, or destination, on one range of ports. */
export interface Atom {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly description: string;
  readonly kind: Kind;
  /** Block, list or group; empty where the group itself is meant. */
  readonly peer: string;
}

export const keyOf = (atom: Atom) => JSON.stringify(Object.values(atom));

export function atomsOf(object: ValueObject, name: "ingress" | "egress"): Atom[] {
  return blocksAt(object, name).flatMap(atomsOfRule);
}

function atomsOfRule(rule: ValueObject): Atom[] {
  const protocol = (textAt(rule, "protocol") ?? "").toLowerCase();
  const head = {
    protocol: protocol === "all" ? "-1" : protocol,
    from: numberAt(rule, "from_port") ?? 0,
    to: numberAt(rule, "to_port") ?? 0,
    description: textAt(rule, "description") ?? "",
  };
  const listed = LISTS.flatMap((kind) => textsAt(rule, kind).map((peer) => ({ ...head, kind, peer })));
  return isTrue(rule, "self") ? [...listed, { ...head, kind: "self" as const, peer: "" }] : listed;
}

/** What EC2 answers, by the group that it belongs to. */
export function atomsFrom(permissions: readonly IpPermission[] | undefined, groupId: string): Atom[] {
  return (permissions ?? []).flatMap((each) => {
    const head = (description = "") => ({
      protocol: each.IpProtocol ?? "-1",
      from: each.FromPort ?? 0,
      to: each.ToPort ?? 0,
      description,
    });
    const groups = (each.UserIdGroupPairs ?? []).map(({ GroupId = "", Description }): Atom => {
      const isSelf = GroupId === groupId;
      return { ...head(Description), kind: isSelf ? "self" : "security_groups", peer: isSelf ? "" : GroupId };
    });
    return [
      ...(each.IpRanges ?? []).map(
        (range): Atom => ({ ...head(range.Description), kind: "cidr_blocks", peer: range.CidrIp ?? "" }),
      ),
      ...(each.Ipv6Ranges ?? []).map(
        (range): Atom => ({ ...head(range.Description), kind: "ipv6_cidr_blocks", peer: range.CidrIpv6 ?? "" }),
      ),
      ...(each.PrefixListIds ?? []).map(
        (list): Atom => ({ ...head(list.Description), kind: "prefix_list_ids", peer: list.PrefixListId ?? "" }),
      ),
      ...groups,
    ];
  });
}

export function permissionOf({ protocol, from, to, description, kind, peer }: Atom, groupId: string): IpPermission {
  const described = description === "" ? {} : { Description: description };
  const ports = protocol === "-1" ? {} : { FromPort: from, ToPort: to };
  const head = { IpProtocol: protocol, ...ports };
  if (kind === "cidr_blocks") return { ...head, IpRanges: [{ CidrIp: peer, ...described }] };
  if (kind === "ipv6_cidr_blocks") return { ...head, Ipv6Ranges: [{ CidrIpv6: peer, ...described }] };
  if (kind === "prefix_list_ids") return { ...head, PrefixListIds: [{ PrefixListId: peer, ...described }] };
  return { ...head, UserIdGroupPairs: [{ GroupId: kind === "self" ? groupId : peer, ...described }] };
}

/** The blocks: those of `known` that are wholly there, then what remains. */
export function blocksFrom(atoms: readonly Atom[], known: readonly ValueObject[]): ValueObject[] {
  const rest = new Map(atoms.map((atom) => [keyOf(atom), atom]));
  const kept = known.filter((rule) => {
    const own = atomsOfRule(rule).map(keyOf);
    if (own.length === 0 || !own.every((key) => rest.has(key))) return false;
    for (const key of own) rest.delete(key);
    return true;
  });
  const groups = new Map<string, Atom[]>();
  for (const atom of rest.values()) {
    const { kind: _, peer: __, ...head } = atom;
    const key = JSON.stringify(Object.values(head));
    groups.set(key, [...(groups.get(key) ?? []), atom]);
  }
  return [...kept, ...[...groups.values()].map(blockOf)];
}

function blockOf(atoms: readonly Atom[]): ValueObject {
  const [head] = atoms;
  const peers = (kind: Kind) => atoms.filter((atom) => atom.kind === kind).map(({ peer }) => peer);
  return {
    ...Object.fromEntries(LISTS.map((name) => [name, peers(name)])),
    description: head?.description ?? "",
    from_port: head?.from ?? 0,
    protocol: head?.protocol ?? "",
    self: peers("self").length > 0,
    to_port: head?.to ?? 0,
  };
}
