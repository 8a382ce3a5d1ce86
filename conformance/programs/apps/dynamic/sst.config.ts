/** Resources whose life the program itself carries out. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

interface FileInputs {
  path: string;
  text: string;
}

const fileProvider: pulumi.dynamic.ResourceProvider<FileInputs, FileInputs & { size: number }> = {
  async check(_olds, news) {
    return { inputs: news, failures: news.text === "" ? [{ property: "text", reason: "must say something" }] : [] };
  },
  async create(inputs) {
    writeFileSync(inputs.path, inputs.text);
    return { id: inputs.path, outs: { ...inputs, size: inputs.text.length } };
  },
  async diff(_id, olds, news) {
    return {
      changes: olds.text !== news.text || olds.path !== news.path,
      replaces: olds.path === news.path ? [] : ["path"],
      deleteBeforeReplace: false,
    };
  },
  async update(id, _olds, news) {
    writeFileSync(id, news.text);
    return { outs: { ...news, size: news.text.length } };
  },
  async read(id, props) {
    if (!existsSync(id) || props === undefined) return {};
    const text = readFileSync(id, "utf8");
    return { id, props: { ...props, text, size: text.length } };
  },
  async delete(id) {
    rmSync(id, { force: true });
  },
};

class TextFile extends pulumi.dynamic.Resource {
  declare readonly size: pulumi.Output<number>;
  declare readonly text: pulumi.Output<string>;
  constructor(
    name: string,
    args: { path: pulumi.Input<string>; text: pulumi.Input<string> },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(fileProvider, name, { ...args, size: undefined }, opts);
  }
}

export default $config({
  app: (input) => ({ name: "dynamic", stage: input.stage, home: "aws" }),
  async run() {
    const queue = new aws.sqs.Queue("Queue", { name: "dynamic-queue" });
    const file = new TextFile("File", { path: join(__dirname, "one.out"), text: pulumi.interpolate`queue ${queue.name} first` });
    const size = new aws.ssm.Parameter("Size", { name: "/dynamic/size", type: "String", value: file.size.apply(String) });
    return { id: file.id, size: size.value };
  },
});
