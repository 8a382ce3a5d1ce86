// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/** What the cases refer to besides themselves: files beside the root, locals in it. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DYNAMIC_NULL, intVal, objectVal, stringVal, tupleVal, type Val } from "@dovetail/hcl";

const FILES: { readonly [path: string]: string | Uint8Array } = {
  "hello.txt": "Hello, file!\n",
  bin: Uint8Array.of(0xff, 0xfe, 0),
  "dir/b.txt": "b",
  "dir/.hidden.md": "h",
  "dir/deep/c.txt": "c",
  "dir/deep/er/d.md": "d",
  "greet.tmpl": 'hi ${name} ${join(",", xs)}',
  "rec.tmpl": '${templatefile("greet.tmpl", {})}',
  "recs.tmpl": '${templatestring("x", {})}',
  "bad.tmpl": "${upper([])} ${nope(1)}",
  "broken.tmpl": "${",
  "one.tmpl": "${x}",
  "loop.tmpl": "%{ for x in xs ~}\n- ${x}\n%{ endfor ~}\n",
  "plain.tmpl": "plain $${not} %%{either}\n",
};

export async function writeFixtures(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const TEXTS = { greet: "hello ${name} %{if true}y%{endif}", twice: "${upper(1,2)} ${templatestring(x,{})}", broken: "${" };

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** The locals as a file of the root. */
export const LOCALS_HCL = `locals {
${Object.entries(TEXTS)
  .map(([name, text]) => `  ${name} = ${quoted(text)}`)
  .join("\n")}
  number = 5
  list = ["<$\${x}>"]
  nothing = null
}
`;

/** The same as a value. */
export function localValues(): Val {
  return objectVal({
    ...Object.fromEntries(Object.entries(TEXTS).map(([name, text]) => [name, stringVal(text)])),
    number: intVal(5),
    list: tupleVal([stringVal("<${x}>")]),
    nothing: DYNAMIC_NULL,
  });
}
