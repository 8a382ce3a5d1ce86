/** What data sources of the network have in common: filters by attributes and tags, the one thing that matches, the ids of all that do. */
import type { Filter, Tag } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext, NativeDataSource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { textMapAt } from "../attribute-map.ts";
import { theOneFound } from "../not-found.ts";
import { tagMap } from "../tags.ts";
import { filtersOf } from "./filters.ts";

/** `filter` blocks, the attributes that are filters, and a filter for each of `tags`. */
export function lookupFilters(
  config: ValueObject,
  own: { readonly [name: string]: string | undefined } = {},
): { Filters?: Filter[] } {
  const tags = Object.entries(textMapAt(config, "tags")).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const Filters = [...(filtersOf(config, own) ?? []), ...tags];
  return Filters.length === 0 ? {} : { Filters };
}

/** The tags of what was found, without those that the provider is told to leave alone. */
export function shownTags({ ignoreTags }: AwsContext, tags: readonly Tag[] | undefined): ValueObject {
  const isLeft = (key: string) => ignoreTags.keys.includes(key) || ignoreTags.prefixes.some((prefix) => key.startsWith(prefix));
  return Object.fromEntries(Object.entries(tagMap(tags)).filter(([key]) => !isLeft(key)));
}

/** The only thing that a Describe operation finds. `missing`: its codes for an ID that nothing has. */
export async function lookUp<T>(
  what: string,
  missing: readonly string[],
  describe: () => Promise<readonly T[] | undefined>,
): Promise<T> {
  return theOneFound((await unlessMissing(missing, describe)) ?? [], what);
}

const PAGES_MAX = 1000;

/** All pages of a Describe operation. */
export async function allPages<T>(
  ask: (token: {
    NextToken?: string;
  }) => Promise<{ readonly items: readonly T[] | undefined; readonly next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items, next } = await ask(token === undefined ? {} : { NextToken: token });
    all.push(...(items ?? []));
    if (next === undefined || next === "") return all;
    token = next;
  }
  return all;
}

/** A data source that tells the ids of all that match, in the order in which EC2 tells them. */
export function idsOf(
  type: string,
  find: (aws: AwsContext, config: ValueObject) => Promise<readonly (string | undefined)[]>,
): NativeDataSource {
  return {
    type,
    read: async (aws, config) => ({ id: aws.region, ids: (await find(aws, config)).flatMap((id) => id ?? []) }),
  };
}
