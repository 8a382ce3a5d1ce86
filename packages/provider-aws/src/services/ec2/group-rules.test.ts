import { UNKNOWN, type ValueObject } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { atomsFrom, atomsOf, blocksFrom, EMPTY_RULE, keyOf, permissionOf } from "./group-rules.ts";
import { completed } from "./nested-objects.ts";

const HTTPS: ValueObject = { ...EMPTY_RULE, protocol: "tcp", from_port: 443, to_port: 443 };
const rule = (more: ValueObject): ValueObject => ({ ...HTTPS, ...more });

/** What EC2 would answer of the blocks. */
const kept = (blocks: readonly ValueObject[]) =>
  atomsFrom(
    atomsOf({ ingress: [...blocks] }, "ingress").map((atom) => permissionOf(atom, "sg-own")),
    "sg-own",
  );

describe("blocks of a security group", () => {
  test("come back as the state has them, though EC2 keeps their sources one by one", () => {
    const blocks = [
      rule({ cidr_blocks: ["10.0.0.0/8"], self: true }),
      rule({ cidr_blocks: ["192.168.0.0/16"], security_groups: ["sg-other"], ipv6_cidr_blocks: ["::/0"] }),
      { ...EMPTY_RULE, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
    ];
    expect(blocksFrom(kept(blocks), blocks)).toEqual(blocks);
  });

  test("that the state does not know are put together by protocol, ports and description", () => {
    const blocks = [rule({ cidr_blocks: ["10.0.0.0/8"] }), rule({ self: true }), rule({ description: "x", self: true })];
    expect(blocksFrom(kept(blocks), [])).toEqual([
      rule({ cidr_blocks: ["10.0.0.0/8"], self: true }),
      rule({ description: "x", self: true }),
    ]);
  });

  test("one of whose sources is gone are shown without it", () => {
    const known = [rule({ cidr_blocks: ["10.0.0.0/8", "192.168.0.0/16"] })];
    expect(blocksFrom(kept([rule({ cidr_blocks: ["10.0.0.0/8"] })]), known)).toEqual([rule({ cidr_blocks: ["10.0.0.0/8"] })]);
  });

  test("without a source, or of another form than a list, are none", () => {
    expect(blocksFrom([], [HTTPS])).toEqual([]);
    expect(atomsOf({ ingress: "x" }, "ingress")).toEqual([]);
    expect(atomsOf({ ingress: [null, rule({ cidr_blocks: "10.0.0.0/8" })] }, "ingress")).toEqual([]);
  });
});

test("a protocol is the same in capitals, and `all` is -1", () => {
  const keys = (protocol: string) => atomsOf({ egress: [rule({ protocol, self: true })] }, "egress").map(keyOf);
  expect(keys("TCP")).toEqual(keys("tcp"));
  expect(keys("all")).toEqual(keys("-1"));
});

test("what a block leaves out is planned as empty; what is unknown stays so", () => {
  const planned = completed({ ingress: [{ protocol: "tcp", self: null }], egress: UNKNOWN }, ["ingress", "egress"], EMPTY_RULE);
  expect(planned).toEqual({ ingress: [{ ...EMPTY_RULE, protocol: "tcp" }], egress: UNKNOWN });
});
