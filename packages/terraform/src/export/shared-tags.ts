import { DYNAMIC, type WrittenItem } from "@dovetail/hcl";
import { isObject, type Value, valuesEqual } from "@dovetail/model";
import { fromPlain } from "../values/from-engine.ts";
import type { Seen } from "./explain-value.ts";
import type { Recording } from "./record-program.ts";
import { blockItem } from "./written-items.ts";

/** Tags that many resources have in common: a program has them in one place, and so has the export, as a local value. */

/** Fewer resources than these are each given their tags. */
const USES_MIN = 3;
const ATTRIBUTE = "tags";

export class SharedTags {
  readonly #shared: readonly { readonly name: string; readonly tags: Value }[];

  constructor({ real }: Recording) {
    const own = [...real.resources.values()].filter(({ registration }) => registration.module === undefined);
    const given = [
      ...own.map(({ registration }) => registration.config[ATTRIBUTE]),
      ...[...real.modules.values()].map(({ inputs }) => inputs.get(ATTRIBUTE)?.value),
    ].filter((tags): tags is Value => isObject(tags) && Object.keys(tags).length > 1);
    const kinds: { readonly tags: Value; count: number }[] = [];
    for (const tags of given) {
      const known = kinds.find((each) => valuesEqual(each.tags, tags));
      if (known === undefined) kinds.push({ tags, count: 1 });
      else known.count++;
    }
    this.#shared = kinds
      .filter(({ count }) => count >= USES_MIN)
      .map(({ tags }, i) => ({ name: i === 0 ? ATTRIBUTE : `${ATTRIBUTE}_${i + 1}`, tags }));
  }

  /** The expression for an argument `tags`, where they are shared and the program's own. */
  expressionOf(argument: string, { real, marked }: Seen): string | undefined {
    if (argument !== ATTRIBUTE || marked === undefined || !valuesEqual(real, marked)) return undefined;
    const found = this.#shared.find(({ tags }) => valuesEqual(tags, real));
    return found === undefined ? undefined : `local.${found.name}`;
  }

  /** `locals.tf`. */
  items(): readonly WrittenItem[] {
    if (this.#shared.length === 0) return [];
    const items = this.#shared.map(
      ({ name, tags }): WrittenItem => ({ kind: "attribute", name, value: { kind: "literal", value: fromPlain(tags, DYNAMIC) } }),
    );
    return [blockItem("locals", [], items)];
  }
}
