/** Things with a key and tags: the three tag operations that each family of them has. */
import type { Ctx, Operation } from "../../core/service.ts";
import { type PageInput, paged, type Tag, tagList, withoutTags, withTags } from "./names.ts";

export interface Tagged {
  readonly tags: { readonly [key: string]: string };
}

/** `title` as in the operations' names, `member` the input that names one; `need` throws NoSuchEntity. */
export function tagOperations<T extends Tagged>(family: {
  readonly title: string;
  readonly member: string;
  readonly need: (ctx: Ctx, name: string) => T;
  readonly put: (ctx: Ctx, record: T) => void;
}): { [operation: string]: Operation } {
  type Input = { readonly [member: string]: unknown };
  const { title, member, need, put } = family;
  const found = (ctx: Ctx, input: Input) => need(ctx, String(input[member] ?? ""));
  const iam = (_ctx: Ctx, input: Input) => ({ resources: [String(input[member] ?? "*")] });
  return {
    [`Tag${title}`]: {
      iam,
      handler(ctx: Ctx, input: Input & { readonly Tags: readonly Tag[] }): void {
        const record = found(ctx, input);
        put(ctx, { ...record, tags: withTags(record.tags, input.Tags) });
      },
    },
    [`Untag${title}`]: {
      iam,
      handler(ctx: Ctx, input: Input & { readonly TagKeys: readonly string[] }): void {
        const record = found(ctx, input);
        put(ctx, { ...record, tags: withoutTags(record.tags, input.TagKeys) });
      },
    },
    [`List${title}Tags`]: {
      iam,
      readonly: true,
      handler(ctx: Ctx, input: Input & PageInput) {
        const { page, rest } = paged(tagList(found(ctx, input).tags), input, (tag) => tag.Key);
        return { Tags: page, ...rest };
      },
    },
  };
}
