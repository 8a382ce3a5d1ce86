/** `dovetail export tofu`: what it writes of a program, and what it says of what it cannot write. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { program, type TestApp, testApp } from "./support/app.ts";

const BODY = `
    const key = pulumi.secret("hunter2-of-the-app");
    const jobs = new aws.sqs.Queue("Jobs", { delaySeconds: 5, tags: { quoted: 'a "\${b}" %{c}' } }, { protect: true });
    new aws.ssm.Parameter("Url", { name: "/tiny/url", type: "String", value: jobs.url });
    new aws.ssm.Parameter("Key", { name: "/tiny/key", type: "SecureString", value: key });
    new aws.ssm.Parameter("Length", { name: "/tiny/length", type: "String", value: jobs.arn.apply((arn) => String(arn.length)) });
    const made = new (class extends pulumi.dynamic.Resource {
      constructor() {
        super({ create: async () => ({ id: "one", outs: {} }), diff: async () => ({ changes: false }) }, "Made", {});
      }
    })();
    new aws.sqs.Queue("After", {}, { dependsOn: [jobs, made] });
    new terraform.Module("keep", { source: "./keep", inputs: { settings: { token: key, url: jobs.url } } });
    return { url: jobs.url, key };
`;

const MODULE = `
variable "settings" {}
resource "aws_ssm_parameter" "url" {
  name  = "/tiny/module"
  type  = "String"
  value = var.settings.url
}
`;

let app: TestApp;
const read = (path: string) => readFileSync(join(app.folder, path), "utf8");

beforeAll(async () => {
  app = testApp({ "sst.config.ts": program(BODY), "keep/main.tf": MODULE });
  await app.succeed("deploy", "--stage", "dev", "--yes");
}, 60_000);
afterAll(() => app.dispose());

describe("dovetail export tofu", () => {
  test("writes references, secrets as variables and what the program worked out as values", async () => {
    const { err } = await app.succeed("export", "tofu", "--stage", "dev", "--out", "out");
    const text = read("out/sqs.tf") + read("out/ssm.tf") + read("out/outputs.tf");
    expect(text).toContain("value = aws_sqs_queue.Jobs.url");
    expect(text).toContain("value = var.keep_settings_token");
    expect(text).toContain("prevent_destroy = true");
    expect(read("out/modules.tf")).toMatch(/token = var\.keep_settings_token\n\s+url\s+= aws_sqs_queue\.Jobs\.url/);
    expect(text).toContain("depends_on = [aws_sqs_queue.Jobs]");
    expect(text).toMatch(/# The program works this out of aws_sqs_queue\.Jobs: .*\n\s+value = "\d+"/);
    expect(text).toContain('quoted = "a \\"$${b}\\" %%{c}"');
    expect(read("out/variables.tf")).toContain("sensitive   = true");
    expect(text + err + read("out/modules.tf") + read("out/variables.tf") + read("out/terraform.tfvars.example")).not.toContain(
      "hunter2",
    );
    expect(statSync(join(app.folder, "out/terraform.tfstate")).mode & 0o777).toBe(0o600);
  });

  test("names what no provider of Terraform has (DVT7008), and leaves it out of the state", async () => {
    const { code, err } = await app.run("export", "tofu", "--stage", "dev", "--out", "dynamic");
    expect(code).toBe(0);
    expect(err).toContain("Warning DVT7008: Not in the export");
    expect(err).toContain("dovetail_dynamic_resource.Made is made by functions of the program");
    expect(read("dynamic/terraform.tfstate")).not.toContain("dovetail_dynamic_resource");
  });

  test("--with-secrets writes the values into a file of their own", async () => {
    await app.succeed("export", "tofu", "--stage", "dev", "--out", "secrets", "--with-secrets");
    expect(read("secrets/secrets.auto.tfvars")).toBe('keep_settings_token = "hunter2-of-the-app"\n');
    expect(statSync(join(app.folder, "secrets/secrets.auto.tfvars")).mode & 0o777).toBe(0o600);
    expect(read("secrets/.gitignore")).toContain("*.tfvars");
  });

  test("refuses a folder with something in it, unless --force is given", async () => {
    mkdirSync(join(app.folder, "full"));
    writeFileSync(join(app.folder, "full/mine.txt"), "mine");
    const refused = await app.run("export", "tofu", "--stage", "dev", "--out", "full");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("is not empty. Nothing was written.")]);
    expect(existsSync(join(app.folder, "full/versions.tf"))).toBe(false);
    await app.succeed("export", "tofu", "--stage", "dev", "--out", "full", "--force");
    expect(read("full/mine.txt")).toBe("mine");
    const { code } = await app.run("export", "tofu", "--stage", "dev");
    expect(code).toBe(2);
  });

  test("--json lists what was written", async () => {
    const { out } = await app.succeed("export", "tofu", "--stage", "dev", "--out", "json", "--json");
    const { ok, folder, files, diagnostics } = JSON.parse(out);
    expect([ok, folder]).toEqual([true, join(app.folder, "json")]);
    expect(files).toEqual(expect.arrayContaining(["sqs.tf", "terraform.tfstate", "versions.tf"]));
    expect(diagnostics.map(({ code }: { code: string }) => code)).toContain("DVT7008");
  });

  test("says that the program is not deployed as it is written (DVT7009), and writes it as it is written", async () => {
    app.write({ "sst.config.ts": program(BODY.replace("delaySeconds: 5", "delaySeconds: 6")) });
    const { err } = await app.succeed("export", "tofu", "--stage", "dev", "--out", "changed");
    expect(err).toContain("Warning DVT7009: Not deployed as it is written");
    expect(read("changed/sqs.tf")).toMatch(/delay_seconds\s+= 6/);
  });

  test("an app that was never deployed is written too", async () => {
    const { err } = await app.succeed("export", "tofu", "--stage", "fresh", "--out", "fresh");
    expect(err).toContain("DVT7009");
    expect(read("fresh/ssm.tf")).toContain("value = aws_sqs_queue.Jobs.url");
  });
});
