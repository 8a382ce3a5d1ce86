/** Modules of every kind, awaited helpers, .env files, all kinds of assets. */
import { createHash } from "node:crypto";
import * as path from "node:path";
import { readFileSync } from "fs";

import aws = require("@pulumi/aws");

import { physicalName } from "@acme/naming";
import * as pulumi from "@pulumi/pulumi";
import { wait } from "@shared/wait";
import { banner } from "#banner";
import { slug } from "../packages/naming/src/index";
import limits from "./data/limits.json";
import legacy from "./shared/legacy.cjs";

const started = await wait("started");

export default $config({
  app(input) {
    return { name: "modules", stage: input.stage, home: "aws", protect: ["production"].includes(input?.stage) };
  },
  async run() {
    const { default: makeTopics } = await import("./shared/topics.js");
    const text = readFileSync(path.join(__dirname, "data", "page.html"), "utf8");
    const bucket = new aws.s3.Bucket("Site", { bucket: physicalName("site", $app.stage), forceDestroy: true });
    const put = (key: string, source: pulumi.asset.Asset | pulumi.asset.Archive) =>
      new aws.s3.BucketObject(`Object ${key}`, { bucket: bucket.id, key, source });
    put("text.txt", new pulumi.asset.StringAsset(`hello ${started}`));
    put("page.html", new pulumi.asset.FileAsset(path.join(__dirname, "data/page.html")));
    put(
      "all.zip",
      new pulumi.asset.AssetArchive({
        "top.txt": new pulumi.asset.StringAsset("top"),
        data: new pulumi.asset.FileArchive("./data"),
        deep: new pulumi.asset.AssetArchive({ "down/note.txt": new pulumi.asset.StringAsset("down") }),
      }),
    );
    new aws.s3.BucketObject("Content", {
      bucket: bucket,
      key: "content.json",
      content: JSON.stringify({ sha: createHash("sha256").update(text).digest("hex"), max: limits.max }),
      contentType: "application/json",
    });
    const topics = await makeTopics(limits.topics);
    return {
      bucket: bucket.bucket,
      topics: pulumi.all(topics.map((topic) => topic.name)),
      env: [process.env.FROM_ENV, process.env.FROM_STAGE].join(),
      slug: slug("Größe & Maß"),
      legacy: legacy.double(21),
      banner,
    };
  },
});
