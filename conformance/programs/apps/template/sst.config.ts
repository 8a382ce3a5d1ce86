/// <reference path="./.sst/platform/config.d.ts" />
import { readdirSync, readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));

export default $config({
  async app(input) {
    return {
      name: manifest.name,
      removal: input?.stage === "production" ? "retain" : "remove",
      protect: ["production"].includes(input?.stage),
      home: "aws",
      version: ">= 3.0.0",
      watch: { ignore: ["docs"] },
      state: { retention: 5 },
      types: { ignore: [] },
      providers: { aws: { region: "us-east-1", version: "6.83.0", defaultTags: { tags: { owner: "me" } } }, random: "4.16.6" },
    };
  },
  async run() {
    $transform(aws.sqs.Queue, (args, _opts, name) => {
      args.tags = { ...(args.tags as { [key: string]: string }), made: name };
      args.messageRetentionSeconds ??= 3600;
    });
    const outputs: Record<string, unknown> = {};
    for (const file of readdirSync("./parts/").sort()) {
      const part = await import("./parts/" + file);
      if (part.outputs) Object.assign(outputs, part.outputs);
    }
    console.log("deploying", $app.name, $dev);
    return outputs;
  },
});
