/** Parts of an API, or of a route or integration of it, that differ only in their calls: rows of members, create, get, update and remove. */
import type { MutableValueObject, ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { expand, flatten, type Row, requiredText } from "../attribute-map.ts";
import { importParts, wrongImportId } from "../import-id.ts";
import { API_MISSING } from "./find.ts";

export interface ApiPart<A, Key extends object> extends Partial<Omit<NativeResource, "create" | "read" | "update" | "delete">> {
  readonly type: string;
  readonly rows: readonly Row<A>[];
  /** Attributes that an import's id names, in order, before the object's own id. */
  readonly parents: readonly string[];
  /** What the calls know the object by, `id` left out. */
  key(state: ValueObject): Key;
  make(aws: AwsContext, key: Key, input: A): Promise<string | undefined>;
  get(aws: AwsContext, key: Key, id: string): Promise<Partial<A>>;
  change(aws: AwsContext, key: Key, id: string, input: Partial<A>): Promise<unknown>;
  remove(aws: AwsContext, key: Key, id: string): Promise<unknown>;
  /** What an update sends for attributes that config no longer sets. */
  readonly cleared?: { readonly [attribute: string]: Partial<A> };
  /** More of the state than the rows say. */
  more?(found: Partial<A>): ValueObject;
}

/** Makes the resource type of a row. */
export function apiPart<A, Key extends object>(part: ApiPart<A, Key>): NativeResource {
  const { rows, parents, key, make, get, change, remove, cleared = {}, more, ...rest } = part;
  return {
    forceNew: parents,
    find: async () => null,
    async create(aws, planned, onCreated) {
      await onCreated({ id: (await make(aws, key(planned), expand<A>(rows, planned))) ?? "" });
    },
    async read(aws, state) {
      const id = requiredText(state, "id");
      const found = await unlessMissing(API_MISSING, () => get(aws, key(state), id));
      if (found === undefined) return null;
      const values: MutableValueObject = flatten(rows, found);
      return { ...state, ...values, ...more?.(found), id };
    },
    async update(aws, prior, planned, changed) {
      const wanted = rows.filter(({ attribute }) => changed(attribute));
      const empty = wanted.map(({ attribute }) => cleared[attribute] ?? {});
      const input: Partial<A> = Object.assign({}, ...empty, expand<A>(wanted, planned));
      await change(aws, key(prior), requiredText(prior, "id"), input);
    },
    async delete(aws, state) {
      await unlessMissing(API_MISSING, () => remove(aws, key(state), requiredText(state, "id")));
    },
    importId(id) {
      const own = rest.type.replace(/^aws_apigatewayv2_/, "").replaceAll("_", "-");
      const form = [...parents.map((name) => name.replaceAll("_", "-")), `${own}-id`].join("/");
      const values = importParts(id, form, "/", wrongImportId);
      const state = Object.fromEntries(parents.map((name, i) => [name, values[i] ?? ""]));
      return { ...state, id: values.at(-1) ?? "" };
    },
    ...rest,
  };
}
