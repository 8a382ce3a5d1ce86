// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
import { describe, expect, test } from "vitest";
import { formatSource } from "./format-source.ts";

describe("formatSource", () => {
  test.each([
    [
      "equals signs of neighbouring lines stand in a column, those of other runs in their own",
      "a=1\nbcd   = 2\n\nef=3\n",
      "a   = 1\nbcd = 2\n\nef = 3\n",
    ],
    ["comments stand in a column", "a = 1 # x\nbcd = 22 // y\n", "a   = 1  # x\nbcd = 22 // y\n"],
    ["a value over several lines keeps out of the column", "a = [\n1,\n]\nbcd = 2\n", "a = [\n  1,\n]\nbcd = 2\n"],
    ["several brackets opened on a line are one step", "a = [{ b = [\n1\n]}]\n", "a = [{ b = [\n  1\n] }]\n"],
    ["a sign stays with its number, a minus stands apart", "a = [-1,2-3,- b,(-c)]\n", "a = [-1, 2 - 3, -b, (-c)]\n"],
    ["labels are quoted and what stands between them goes", 'resource /* c */ x  "y"{\n}\n', 'resource "x" "y" {\n}\n'],
    ["an interpolation that is all of a value is the value", 'a = "${b.c}"\nd = "${e}f"\n', 'a = b.c\nd = "${e}f"\n'],
    ["one over several lines comes into parentheses", 'a = "${\n  b ?\n  c : d\n}"\n', "a = (b ?\nc : d)\n"],
    [
      "types of old",
      'variable "v" {\n  type = list\n}\nvariable "w" {\n  type = "map"\n}\n',
      'variable "v" {\n  type = list(any)\n}\nvariable "w" {\n  type = map(string)\n}\n',
    ],
    ["text of heredocs and templates stays as it is", "a=<<-E\n   x  ${ b+c }\n     E\n", "a = <<-E\n   x  ${b + c}\n     E\n"],
    ["line ends stay as they are, tabs go", "a\t=\t1\r\n\tb = 2\r\n", "a = 1\r\nb = 2\r\n"],
    [
      "for expressions, splats, calls",
      "a = [ for x in[1,2]: f( x... ) if x>1 ]\nb = c [ * ] . d [ 0 ]\n",
      "a = [for x in [1, 2] : f(x...) if x > 1]\nb = c[*].d[0]\n",
    ],
  ])("%s", (_, text, expected) => {
    expect(formatSource(text)).toEqual({ text: expected, diagnostics: [] });
    expect(formatSource(expected).text).toBe(expected);
  });

  test("a file with errors comes back as it is, with these", () => {
    const { text, diagnostics } = formatSource("a=[\n", "main.tf");
    expect(text).toBe("a=[\n");
    expect(diagnostics.map(({ code }) => code)).toEqual(["DVT2001"]);
  });
});
