/** What all Describe operations of kept things do: IDs, filters, pages. */
import type { Tag } from "@aws-sdk/client-ec2";
import type { Ctx } from "../../core/service.ts";
import { type Filter, filtered } from "./filters.ts";
import type { Kind } from "./kinds.ts";
import { chosen, page } from "./records.ts";

/** What a thing has for each filter. */
export interface FilterTable<T> {
  readonly [name: string]: (thing: T) => readonly (string | undefined)[];
}

interface Asked {
  readonly Filters?: readonly Filter[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

const TAG = "tag:";

/** `tag:KEY` and `tag-key` are filters of every kind. */
export function select<T extends { readonly Tags?: Tag[] | undefined }>(
  things: readonly T[],
  asked: Asked,
  table: FilterTable<T>,
): { readonly items: T[]; readonly NextToken?: string } {
  const names = [...Object.keys(table), `${TAG}*`, "tag-key"];
  const found = filtered(things, asked.Filters, names, (thing, name) => {
    const tags = thing.Tags ?? [];
    if (name === "tag-key") return tags.map(({ Key = "" }) => Key);
    const values = name.startsWith(TAG)
      ? tags.filter(({ Key }) => Key === name.slice(TAG.length)).map(({ Value }) => Value)
      : (table[name]?.(thing) ?? []);
    return values.filter((value) => value !== undefined);
  });
  return page(found, asked);
}

/** The records of a kind that the request asks for. */
export function describe<T extends { readonly Tags?: Tag[] | undefined }>(
  ctx: Ctx,
  kind: Kind<T>,
  asked: Asked & { readonly ids: readonly string[] | undefined },
  table: FilterTable<T>,
) {
  return select(chosen(ctx, kind, asked.ids), asked, table);
}
