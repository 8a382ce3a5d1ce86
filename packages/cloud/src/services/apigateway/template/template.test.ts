import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonPath } from "./json-path.ts";
import { parseTemplate, TemplateError } from "./parse.ts";
import { render, type TemplateInput } from "./render.ts";

const INPUT: TemplateInput = {
  body: '{"name": "Ann", "pets": [{"n": "a", "age": 3}, {"n": "b", "age": 5}], "quote": "it\'s"}',
  params: { path: { id: "7" }, querystring: { q: "x y" }, header: { "X-H": "h" } },
  context: { requestId: "r", identity: { sourceIp: "127.0.0.1" } },
  stageVariables: { color: "blue" },
};
const run = (template: string) => render(parseTemplate(template), INPUT).text;

describe("a mapping template", () => {
  test.each([
    ["$input.body.length()", String(INPUT.body.length)],
    ["$input.json('$.name')", '"Ann"'],
    ["$input.json('$.pets[1]')", '{"n":"b","age":5}'],
    ["$input.json('$.none')", '""'],
    ["$input.path('$.pets[0].n')", "a"],
    ["$input.params('id')/$input.params('q')/$input.params('X-H')/$input.params('none')", "7/x y/h/"],
    ["$input.params().querystring.q", "x y"],
    ["$context.identity.sourceIp $context.requestId $stageVariables.color", "127.0.0.1 r blue"],
    [
      "$util.base64Encode('a') $util.base64Decode('YQ==') $util.urlEncode('a b/c') $util.urlDecode('a%20b')",
      "YQ== a a+b%2Fc a b",
    ],
    ["$util.escapeJavaScript($input.path('$.quote'))", "it\\'s"],
    ["$util.parseJson('{\"a\": [1, 2]}').a.size()", "2"],
    ["#set($a = 2)#if($a > 1 && $a != 3)yes#{else}no#end", "yes"],
    ["#set($a = 'x')#if($a == 'y')1#elseif($a == 'x')2#else 3#end", "2"],
    ["#foreach($p in $input.path('$.pets'))$p.n:$p.age#if($foreach.hasNext),#end#end", "a:3,b:5"],
    ["#foreach($k in $input.params().path.keySet())$k#end", "id"],
    ["#set($m = {'a': 1, 'b': [1, 2]})$m.a $m.get('b').size() $m.b[1]", "1 2 2"],
    ['#set($n = "x")#set($t = "say $n")$t', "say x"],
    ["#set($sum = 1 + 2 * 3)$sum", "7"],
    ["#foreach($i in [1..3])$i#if($i == 2)#break#end#end", "12"],
    ["$unknown $!unknown|${stageVariables.color}s", "$unknown |blues"],
    ["a ## comment\nb #* more *# c", "a b  c"],
    ["costs $5 \\$name", "costs $5 $name"],
  ])("%s", (template, expected) => {
    expect(run(template)).toBe(expected);
  });

  test("sets what overrides the response", () => {
    const { context } = render(parseTemplate("#set($context.responseOverride.status = 404)"), INPUT);
    expect(context.responseOverride).toEqual({ status: 404 });
  });

  test.each([
    ["#if(true)", "#if has no #end"],
    ["#set($a = )", "can't be read"],
    ["#end", "stands where nothing is open"],
    ["#macro(x)#end", "#macro is not supported"],
    ["#if(".concat("(".repeat(200)), "nests too deep"],
  ])("that can't be read is refused: %s", (template, why) => {
    expect(() => parseTemplate(template)).toThrow(why);
  });

  test.each([
    ["#foreach($i in [1..1000])#foreach($j in [1..1000])x#end#end", "too many steps"],
    ["#set($s = 'xxxxxxxxxx')#foreach($i in [1..30])#set($s = $s.concat($s))#end", "grew too long"],
    ["$util.parseJson('{')", "no JSON"],
    ["$input.path('$.name').matches('(a+)+b')", "too complex"],
  ])("that never ends is ended: %s", (template, why) => {
    expect(() => run(template)).toThrow(why);
  });

  test("whatever it is, it's read or refused", () => {
    const piece = fc.constantFrom(
      "#if(",
      "#end",
      "#set($a = ",
      ")",
      "$a",
      ".b(",
      "[1..2]",
      "'",
      '"',
      "${",
      "}",
      "#else",
      "x",
      "{'k': 1}",
      "#foreach($i in ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          run(pieces.join(""));
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
        }
      }),
    );
  });
});

test.each([
  ["$", { a: { b: [1, 2] } }],
  ["$.a.b", [1, 2]],
  ["$['a'].b[-1]", 2],
  ["$..b", [[1, 2]]],
  ["$.a.b[*]", [1, 2]],
  ["$.a.b[0:1]", [1]],
  ["$.none.b", undefined],
])("a JSONPath finds: %s", (path, expected) => {
  expect(jsonPath({ a: { b: [1, 2] } }, path)).toEqual(expected);
});
