import type { Filter } from "@aws-sdk/client-ec2";
import type { ValueObject } from "@dovetail/model";
import { blocksAt, textAt, textsAt } from "../attribute-map.ts";

/** `filter` blocks, and the attributes that are filters by themselves, as EC2 takes them; undefined where there are none: EC2 refuses an empty list. */
export function filtersOf(config: ValueObject, own: { readonly [name: string]: string | undefined } = {}): Filter[] | undefined {
  const named = Object.entries(own).flatMap(([Name, value]) => (value === undefined ? [] : [{ Name, Values: [value] }]));
  const given = blocksAt(config, "filter").map((block) => ({ Name: textAt(block, "name"), Values: textsAt(block, "values") }));
  const all = [...named, ...given];
  return all.length === 0 ? undefined : all;
}
