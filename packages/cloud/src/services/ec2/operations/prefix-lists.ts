import type {
  DescribeManagedPrefixListsCommandInput,
  DescribePrefixListsCommandInput,
  GetManagedPrefixListEntriesCommandInput,
  Tag,
} from "@aws-sdk/client-ec2";
import type { Ctx } from "../../../core/service.ts";
import { select } from "../describe.ts";
import { chosenLists, needPrefixList } from "../prefix-lists.ts";
import { page } from "../records.ts";

/** Prefix lists. Source: Amazon VPC User Guide, "AWS-managed prefix lists" (read 2026-11). */

export function describePrefixLists(ctx: Ctx, input: DescribePrefixListsCommandInput) {
  const lists = chosenLists(ctx, input.PrefixListIds).map(({ id, name, blocks }) => ({
    PrefixListId: id,
    PrefixListName: name,
    Cidrs: [...blocks],
    Tags: [] as Tag[],
  }));
  const { items, ...next } = select(lists, input, {
    "prefix-list-id": ({ PrefixListId }) => [PrefixListId],
    "prefix-list-name": ({ PrefixListName }) => [PrefixListName],
  });
  return { PrefixLists: items, ...next };
}

export function describeManagedPrefixLists(ctx: Ctx, input: DescribeManagedPrefixListsCommandInput) {
  const lists = chosenLists(ctx, input.PrefixListIds).map(({ id, name }) => ({
    PrefixListId: id,
    PrefixListArn: `arn:aws:ec2:${ctx.region}:aws:prefix-list/${id}`,
    PrefixListName: name,
    AddressFamily: "IPv4",
    OwnerId: "AWS",
    State: "create-complete" as const,
    Tags: [] as Tag[],
  }));
  const { items, ...next } = select(lists, input, {
    "owner-id": ({ OwnerId }) => [OwnerId],
    "prefix-list-id": ({ PrefixListId }) => [PrefixListId],
    "prefix-list-name": ({ PrefixListName }) => [PrefixListName],
  });
  return { PrefixLists: items, ...next };
}

export function getManagedPrefixListEntries(ctx: Ctx, input: GetManagedPrefixListEntriesCommandInput) {
  const { blocks } = needPrefixList(ctx, input.PrefixListId ?? "");
  const { items, ...next } = page(blocks, input);
  return { Entries: items.map((Cidr) => ({ Cidr })), ...next };
}
