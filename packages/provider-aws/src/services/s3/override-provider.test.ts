import { expect, test } from "vitest";
import { overrideProblems, ownDefaultTags } from "./override-provider.ts";

test.each([
  ["no block", {}, undefined],
  ["a block without default tags", { override_provider: [{ default_tags: [] }] }, undefined],
  ["default tags without tags", { override_provider: [{ default_tags: [{ tags: null }] }] }, undefined],
  ["none", { override_provider: [{ default_tags: [{ tags: {} }] }] }, {}],
])("%s: which default tags the object has", (_what, object, wanted) => {
  expect(ownDefaultTags(object)).toEqual(wanted);
  expect(overrideProblems(object)).toEqual([]);
});

test("other tags are refused, as the real provider refuses them", () => {
  const [found] = overrideProblems({ override_provider: [{ default_tags: [{ tags: { a: "b" } }] }] });
  expect(found).toMatchObject({
    detail: "Bad map size: Map must contain at least 0 elements and at most 0 elements: length=1",
    attribute: "override_provider.0.default_tags.0.tags",
  });
});
