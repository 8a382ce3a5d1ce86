import { type Diagnostic, isObject, type ValueObject } from "@dovetail/model";
import { blockAt } from "../attribute-map.ts";
import { configError } from "../checks.ts";

/**
 * `override_provider { default_tags { tags = {} } }`: an object takes none of the provider's default tags, as it has room for ten tags only.
 * Other tags cannot be given there (`internal/service/s3/object.go`, read 2026-11).
 */
function tagsOf(object: ValueObject): ValueObject | undefined {
  const override = blockAt(object, "override_provider");
  const tags = override === undefined ? null : (blockAt(override, "default_tags")?.tags ?? null);
  return isObject(tags) ? tags : undefined;
}

export function ownDefaultTags(object: ValueObject): { readonly [key: string]: string } | undefined {
  return tagsOf(object) === undefined ? undefined : {};
}

export function overrideProblems(config: ValueObject): readonly Diagnostic[] {
  const count = Object.keys(tagsOf(config) ?? {}).length;
  if (count === 0) return [];
  const text = `Bad map size: Map must contain at least 0 elements and at most 0 elements: length=${count}`;
  return [configError(text, "override_provider.0.default_tags.0.tags")];
}
