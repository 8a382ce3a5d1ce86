import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toXml } from "./xml-codec.ts";
import { parseXml } from "./xml-parse.ts";

describe("XML of services", () => {
  it("is elements, attributes and text", () => {
    expect(
      parseXml('<?xml version="1.0"?>\n<a x="1" y=\'<&gt;\'> t<!-- c > --><b/><c><![CDATA[<&amp;]]></c>u </a>\n'),
    ).toMatchObject({
      name: "a",
      attributes: { x: "1", y: "<>" },
      text: " tu ",
      children: [
        { name: "b", text: "" },
        { name: "c", text: "<&amp;" },
      ],
    });
  });

  it.each([
    ["&lt;&gt;&amp;&quot;&apos;", "<>&\"'"],
    ["&#65;&#x42;&#x1F600;", "AB😀"],
    ["&unknown; & &#x110000;", "&unknown; & &#x110000;"],
  ])("%s stands for %s", (text, meaning) => {
    expect(parseXml(`<a>${text}</a>`).text).toBe(meaning);
  });

  it.each([
    "",
    "text",
    "<a>",
    "</a>",
    "<a></b>",
    "<a><b></a></b>",
    "<a/><b/>",
    "<a",
    "<a x='>",
    "<>",
    "< a/>",
    "<a/>text",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "<a><![CDATA[</a>",
    "<a>".repeat(200) + "</a>".repeat(200),
  ])("%s is refused", (text) => {
    expect(() => parseXml(text)).toThrow(SyntaxError);
  });

  it("ends, whatever it is given", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[<>/a!?'"&; =[\]-]{0,40}$/), (text) => {
        try {
          parseXml(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });

  it("gives back every text that was written", () => {
    const text = { kind: "string", name: "", traits: {}, members: [] };
    const members = [{ name: "m", shape: text, traits: {}, ownTraits: {} }] as unknown as Parameters<typeof toXml>[1];
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        expect(parseXml(toXml("a", members, { m: value })).children[0]?.text).toBe(value);
      }),
    );
  });
});
