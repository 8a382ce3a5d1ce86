import { expect, test } from "vitest";
import { moduleTypings } from "./module-typing.ts";

const files = (texts: { readonly [path: string]: string }) => ({
  list: (folder: string) =>
    Object.keys(texts)
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1)),
  read: (path: string) => (texts[path] === undefined ? undefined : Buffer.from(texts[path])),
  isFolder: () => true,
  real: (path: string) => path,
});

test("says what each source takes and gives", () => {
  const text = moduleTypings(
    "/app",
    ["./m", "./gone", "./m"],
    files({
      "/app/m/main.tf": `
variable "name" {
  description = "Ends */ here"
  type = string
}
variable "size" { default = 3 }
variable "rules" {
  type = list(object({ port = number, open = optional(bool, false) }))
}
output "both" { value = { a = 1, "b-c" = 2 } }
output "one" { value = var.name }
`,
    }),
  );
  expect(text.match(/"\.\/m": /g)).toHaveLength(1);
  expect(text).not.toContain("gone");
  expect(text).toContain("/** Ends * / here */ name: Input<string>;");
  expect(text).toContain("size?: any;");
  expect(text).toContain("rules: Input<Input<{ port: Input<number>; open?: Input<boolean>; }>[]>;");
  expect(text).toContain("readonly one: Output<any>;");
});
