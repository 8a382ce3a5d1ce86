import fc from "fast-check";
import { expect, test } from "vitest";
import { checkTemplate, render, TemplateError } from "./template.ts";

test.each<[string, unknown, string]>([
  ["Hello {{name}}!", { name: "Ada" }, "Hello Ada!"],
  ["{{a.b}} {{{a.b}}}", { a: { b: "<x>" } }, "<x> <x>"],
  ["{{#if on}}yes{{else}}no{{/if}}", { on: false }, "no"],
  ["{{#if list}}yes{{else}}none{{/if}}", { list: [] }, "none"],
  ["{{#unless on}}off{{/unless}}", { on: 0 }, "off"],
  [
    "{{#each items}}{{@index}}:{{name}}{{#if @last}}.{{else}},{{/if}}{{/each}}",
    { items: [{ name: "a" }, { name: "b" }] },
    "0:a,1:b.",
  ],
  ["{{#each tags}}{{@key}}={{this}};{{/each}}", { tags: { a: 1, b: 2 } }, "a=1;b=2;"],
  ["{{#each items}}{{../title}} {{this}} {{/each}}", { title: "t", items: [1, 2] }, "t 1 t 2 "],
  ["{{#with user}}{{name}}{{/with}}", { user: { name: "x" } }, "x"],
  ["a{{! note }}b{{!-- {{x}} --}}c", {}, "abc"],
  ['{{#* inline "p"}}no{{/inline}}', {}, ""],
  ['{{#*inline "p"}}<{{name}}>{{/inline}}{{> p}}{{> p}}', { name: "n" }, "<n><n>"],
])("%s", (template, data, wanted) => {
  if (template.startsWith("{{#* ")) expect(() => render(template, data)).toThrow(TemplateError);
  else expect(render(template, data)).toBe(wanted);
});

test("an attribute that is not there is named", () => {
  expect(() => render("{{user.name}}", { user: {} })).toThrow("Attribute 'user.name' is not present in the rendering data.");
  expect(() => render("{{constructor}}", {})).toThrow(TemplateError);
});

test.each(["{{#if a}}", "{{/if}}", "{{a", "{{#if a}}{{/each}}", "{{#loop a}}{{/loop}}", "{{a b c}}", "{{#if}}{{/if}}"])(
  "%s is no template",
  (text) => {
    expect(() => checkTemplate(text)).toThrow(TemplateError);
  },
);

test("whatever stands in a template, rendering ends with text or a TemplateError", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "#if a",
    "/if",
    "else",
    "#each b",
    "/each",
    "x",
    "> p",
    "!",
    "{{{",
    "@index",
    " ",
    "../",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        expect(typeof render(pieces.join(""), { a: 1, b: [1, 2] })).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError);
      }
    }),
  );
});

test("a partial that calls itself ends with an error", () => {
  expect(() => render('{{#*inline "p"}}{{> p}}{{/inline}}{{> p}}', {})).toThrow(/nested too deeply/);
});
