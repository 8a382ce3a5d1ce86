/**
 * Runs DynamoDB Local in a network namespace of its own (it listens on every interface) and relays requests: a line of JSON
 * `[id, operation, body]` in, `[id, status, text]` out. Arguments: folder of the jars.
 */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

const folder = process.argv[2];
const PORT = 8000;
if (spawnSync("ip", ["link", "set", "lo", "up"]).status !== 0) spawnSync("ifconfig", ["lo", "up"]);
const java = spawn(
  "java",
  [
    "-Xmx256m",
    `-Djava.library.path=${folder}`,
    "-cp",
    `${folder}/*`,
    "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
  ].concat(["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(PORT)]),
  { stdio: "ignore" },
);
process.on("exit", () => java.kill("SIGKILL"));

async function call(operation, body) {
  const response = await fetch(`http://127.0.0.1:${PORT}/`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "content-type": "application/x-amz-json-1.0",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
  });
  return [response.status, await response.text()];
}

for (let tries = 0; ; tries++) {
  try {
    await call("ListTables", {});
    break;
  } catch (error) {
    if (tries > 300) throw error;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
process.stdout.write("ready\n");
const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const [id, operation, body] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify([id, ...(await call(operation, body))])}\n`);
});
lines.on("close", () => process.exit());
