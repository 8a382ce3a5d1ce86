/**
 * Writes `packages/provider-aws/data/service-ids.json`: the endpoint prefixes of the services of each partition, from the endpoints file that
 * botocore carries (Apache-2.0). It is what `aws_service` answers `supported` from.
 *
 * Usage: node scripts/generate-service-ids.ts   (needs a python3 that can `import botocore`)
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const READ = `
import botocore, json, os
with open(os.path.join(os.path.dirname(botocore.__file__), "data", "endpoints.json")) as file:
    print(json.dumps({p["partition"]: sorted(p["services"]) for p in json.load(file)["partitions"]}))
`;
const text = execFileSync("python3", ["-c", READ], { encoding: "utf8" });
writeFileSync(
  join(import.meta.dirname, "../packages/provider-aws/data/service-ids.json"),
  `${JSON.stringify(JSON.parse(text))}\n`,
);
