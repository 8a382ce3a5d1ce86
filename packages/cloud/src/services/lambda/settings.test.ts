import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as kms from "@aws-sdk/client-kms";
import * as lambda from "@aws-sdk/client-lambda";
import { seededRandom } from "@dovetail/model";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../cloud.ts";
import { hasRooms } from "./runtime/room.ts";
import { oneRole, programZip, ROLE, zipOf } from "./testing.ts";

/** Settings that change how a function runs or whether it may: layers, temporary files, keys, signatures, traces. */
let cloud: Cloud;
let client: lambda.LambdaClient;
let keys: kms.KMSClient;
const hints: string[] = [];

beforeAll(async () => {
  cloud = await startCloud({ random: seededRandom(1), services: { iam: oneRole }, log: (line) => hints.push(line) });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const options = { endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  client = new lambda.LambdaClient(options);
  keys = new kms.KMSClient(options);
});
afterAll(() => cloud.stop());

const reason = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => error.name,
  );

let made = 0;
async function create(code: string | Uint8Array, more: Partial<lambda.CreateFunctionCommandInput> = {}): Promise<string> {
  const FunctionName = `t${made++}`;
  const ZipFile = typeof code === "string" ? zipOf({ "index.js": code }) : code;
  const input = {
    FunctionName,
    Role: ROLE,
    Runtime: "nodejs20.x" as const,
    Handler: "index.handler",
    Timeout: 20,
    Code: { ZipFile },
  };
  await client.send(new lambda.CreateFunctionCommand({ ...input, ...more }));
  return FunctionName;
}

async function call(FunctionName: string, event: unknown = {}) {
  const answer = await client.send(new lambda.InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }));
  const text = Buffer.from(answer.Payload ?? []).toString();
  return { ...answer, value: text === "" ? undefined : JSON.parse(text) };
}

async function layer(files: { readonly [name: string]: string }, mode = 0o100755): Promise<string> {
  const ZipFile = zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, [strToU8(text), { os: 3, attrs: mode << 16 }]])),
  );
  const { LayerVersionArn = "" } = await client.send(
    new lambda.PublishLayerVersionCommand({ LayerName: `l${made++}`, Content: { ZipFile } }),
  );
  return LayerVersionArn;
}

const RUNTIME = `#!/bin/sh
while true; do
  H=$(mktemp)
  curl -sS -D "$H" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" > /dev/null
  ID=$(grep -i lambda-runtime-aws-request-id "$H" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" -d "\\"$(helper)\\"" > /dev/null
done`;

describe("layers", () => {
  test("may bring the bootstrap of a custom runtime, programs and libraries", async () => {
    const Layers = [await layer({ bootstrap: RUNTIME, "bin/helper": "#!/bin/sh\necho from the layer" })];
    const name = await create(zipOf({ "function.sh": "" }), { Runtime: "provided.al2023", Handler: "x", Layers });
    expect((await call(name)).value).toBe("from the layer");
  });

  test("another account's is taken from the data folder; the refusal says where it would lie", async () => {
    const Layers = ["arn:aws:lambda:us-east-1:017000801446:layer:Powertools-x86_64:7"];
    const code = "exports.handler = async () => require('tools')";
    const folder = join(cloud.dataDir, "layers", "017000801446", "Powertools-x86_64");
    await expect(create(code, { Layers })).rejects.toThrow(`put its archive at ${join(folder, "7.zip")}.`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "7.zip"), zipOf({ "nodejs/node_modules/tools/index.js": "module.exports = 'theirs'" }));
    expect((await call(await create(code, { Layers }))).value).toBe("theirs");
    const own = ["arn:aws:lambda:us-east-1:000000000000:layer:none:1"];
    await expect(create(code, { Layers: own })).rejects.toThrow(/layer:none:1 does not exist\.$/);
  });

  test("a custom runtime without a bootstrap is told so", async () => {
    const name = await create(zipOf({ "main.sh": "" }), { Runtime: "provided.al2", Handler: "x" });
    expect((await call(name)).value).toEqual({
      errorType: "Runtime.InvalidEntrypoint",
      errorMessage: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    });
  });

  test("/opt in search paths means the layers", async () => {
    const Layers = [await layer({ "extra/thing.js": "module.exports = 'found'" })];
    const Environment = { Variables: { NODE_PATH: "/opt/extra:/var/task" } };
    const name = await create(
      "exports.handler = async () => process.env.NODE_PATH.split(':')[0].endsWith('/extra') && require(process.env.NODE_PATH.split(':')[0] + '/thing.js')",
      { Layers, Environment },
    );
    expect((await call(name)).value).toBe("found");
  });
});

describe("temporary files", () => {
  const code =
    "const fs = require('node:fs'), os = require('node:os'); exports.handler = async ({ bytes }) => { const f = os.tmpdir() + '/f'; const was = fs.existsSync(f); fs.writeFileSync(f, Buffer.alloc(bytes)); return { was, dir: os.tmpdir() }; }";

  test("lie in a folder of the sandbox's own, kept while it is warm", async () => {
    const first = await create(code);
    const second = await create(code);
    const { value } = await call(first, { bytes: 10 });
    expect(value.was).toBe(false);
    expect((await call(first, { bytes: 10 })).value).toEqual({ was: true, dir: value.dir });
    expect((await call(second, { bytes: 10 })).value.was).toBe(false);
  });

  test.skipIf(!hasRooms())(
    "have EphemeralStorage's size in /tmp itself: a write too many fails (no rooms: skipped)",
    async () => {
      const sizes =
        "const fs = require('node:fs'); exports.handler = async () => { const { bsize, blocks } = fs.statfsSync('/tmp'); return bsize * blocks / 2 ** 20; }";
      expect((await call(await create(sizes))).value).toBe(512);
      expect((await call(await create(sizes, { EphemeralStorage: { Size: 1024 } }))).value).toBe(1024);
      const full =
        "const fs = require('node:fs'); exports.handler = async () => { try { for (let n = 0; n < 9; n++) fs.appendFileSync('/tmp/f', Buffer.alloc(64 * 2 ** 20)); return 'written'; } catch (error) { return error.code; } finally { fs.rmSync('/tmp/f'); } }";
      expect((await call(await create(full, { MemorySize: 1024 }))).value).toBe("ENOSPC");
    },
  );

  test.skipIf(hasRooms())("without rooms, over the size of EphemeralStorage end the sandbox, with a hint", async () => {
    const name = await create(code, { EphemeralStorage: { Size: 512 }, MemorySize: 2048 });
    const { value } = await call(name, { bytes: 513 * 1024 * 1024 });
    expect(hints.join("\n")).toContain(`function ${name}: more than the 512 MB of its EphemeralStorage`);
    expect((await call(name, { bytes: 1 })).value.was).toBe(false);
    expect(existsSync(value.dir)).toBe(false);
  });
});

describe("a key for the environment", () => {
  test("that can't be used keeps the function from running", async () => {
    const { KeyMetadata } = await keys.send(new kms.CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    const name = await create("exports.handler = async () => process.env.AA", {
      KMSKeyArn: KeyMetadata?.Arn,
      Environment: { Variables: { AA: "1" } },
    });
    expect((await call(name)).value).toBe("1");
    await keys.send(new kms.DisableKeyCommand({ KeyId }));
    expect(await reason(call(name))).toBe("KMSDisabledException");
    await keys.send(new kms.ScheduleKeyDeletionCommand({ KeyId }));
    expect(await reason(call(name))).toBe("KMSInvalidStateException");
    const lost = await create("", { KMSKeyArn: "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000" });
    expect(await reason(call(lost))).toBe("KMSNotFoundException");
  });
});

describe("code signing", () => {
  const AllowedPublishers = {
    SigningProfileVersionArns: ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/p/abcdefghij"],
  };

  test("an enforced configuration lets no unsigned archive in, one that warns does", async () => {
    const make = async (UntrustedArtifactOnDeployment: lambda.CodeSigningPolicy) =>
      (
        await client.send(
          new lambda.CreateCodeSigningConfigCommand({
            AllowedPublishers,
            CodeSigningPolicies: { UntrustedArtifactOnDeployment },
          }),
        )
      ).CodeSigningConfig?.CodeSigningConfigArn;
    const strict = await make("Enforce");
    const CodeSigningConfigArn = await make("Warn");
    expect(await reason(create("", { CodeSigningConfigArn: strict }))).toBe("CodeVerificationFailedException");
    const FunctionName = await create("", { CodeSigningConfigArn });
    expect(await client.send(new lambda.ListFunctionsByCodeSigningConfigCommand({ CodeSigningConfigArn }))).toMatchObject({
      FunctionArns: [expect.stringMatching(new RegExp(`:${FunctionName}$`))],
    });
    expect(await reason(client.send(new lambda.DeleteCodeSigningConfigCommand({ CodeSigningConfigArn })))).toBe(
      "ResourceConflictException",
    );
    await client.send(new lambda.PutFunctionCodeSigningConfigCommand({ FunctionName, CodeSigningConfigArn: strict }));
    const update = new lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipOf({ "index.js": "1" }) });
    expect(await reason(client.send(update))).toBe("CodeVerificationFailedException");
    await client.send(new lambda.UpdateCodeSigningConfigCommand({ CodeSigningConfigArn: strict, Description: "d" }));
    const { CodeSigningConfigs } = await client.send(new lambda.ListCodeSigningConfigsCommand({}));
    expect(CodeSigningConfigs?.map(({ Description }) => Description).sort()).toEqual(["", "d"]);
    await client.send(new lambda.DeleteCodeSigningConfigCommand({ CodeSigningConfigArn }));
    expect(await reason(client.send(new lambda.GetCodeSigningConfigCommand({ CodeSigningConfigArn })))).toBe(
      "CodeSigningConfigNotFoundException",
    );
  });
});

test("InvokeAsync queues its body as the event", async () => {
  const folder = mkdtempSync(join(cloud.dataDir, "async-"));
  try {
    const name = await create(
      `exports.handler = async (e) => require("node:fs").writeFileSync(${JSON.stringify(join(folder, "out"))}, JSON.stringify(e))`,
    );
    const answer = await client.send(new lambda.InvokeAsyncCommand({ FunctionName: name, InvokeArgs: Buffer.from('{"a":1}') }));
    expect(answer.Status).toBe(202);
    await cloud.clock.advance(1);
    expect(readFileSync(join(folder, "out"), "utf8")).toBe('{"a":1}');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a Python function names in a hint the interpreter that runs it", async () => {
  const name = await create(zipOf({ "app.py": "import sys\ndef handler(e, c):\n  return '%d.%d' % sys.version_info[:2]" }), {
    Runtime: "python3.13",
    Handler: "app.handler",
  });
  const { value } = await call(name);
  if (value === "3.13") return;
  expect(hints.join("\n")).toContain(`python3.13 is not installed on this machine; python${value} runs it`);
});

/** Without net/http: that takes a minute to compile where Go's cache is cold. */
const GO = `package main
import ("bufio"; "fmt"; "io"; "net"; "os"; "strings")
func call(head string, body string) (string, string) {
  api := os.Getenv("AWS_LAMBDA_RUNTIME_API")
  conn, err := net.Dial("tcp", api)
  if err != nil { os.Exit(1) }
  defer conn.Close()
  fmt.Fprintf(conn, "%s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s", head, api, len(body), body)
  reader := bufio.NewReader(conn)
  id, length := "", -1
  for {
    line, err := reader.ReadString('\\n')
    if err != nil { os.Exit(1) }
    line = strings.TrimSpace(line)
    if line == "" { break }
    name, value, _ := strings.Cut(line, ": ")
    if strings.EqualFold(name, "Lambda-Runtime-Aws-Request-Id") { id = value }
    if strings.EqualFold(name, "Content-Length") { fmt.Sscan(value, &length) }
  }
  if length >= 0 {
    data := make([]byte, length)
    io.ReadFull(reader, data)
    return id, string(data)
  }
  data, _ := io.ReadAll(reader)
  return id, string(data)
}
func main() {
  const base = "/2018-06-01/runtime/invocation/"
  for {
    id, event := call("GET " + base + "next", "")
    call("POST " + base + id + "/response", "{\\"go\\":" + event[strings.Index(event, "{"):strings.LastIndex(event, "}")+1] + "}")
  }
}`;

/** In the background: a blocked loop would break the cloud's connections. */
async function compiledGo(): Promise<Uint8Array | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-go-"));
  try {
    writeFileSync(join(folder, "main.go"), GO);
    const env = { ...process.env, CGO_ENABLED: "0", GO111MODULE: "off" };
    await promisify(execFile)("go", ["build", "-o", "bootstrap", "main.go"], { cwd: folder, env });
    return readFileSync(join(folder, "bootstrap"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a compiled Go program is a custom runtime", async ({ skip }) => {
  const program = await compiledGo();
  if (program === undefined) return skip("no go on this machine");
  const name = await create(programZip(program), { Runtime: "provided.al2023", Handler: "x", Architectures: ["arm64"] });
  expect((await call(name, { a: 1 })).value).toEqual({ go: { a: 1 } });
}, 120_000);

test("sandboxes leave no temporary folders", async () => {
  const folder = join(cloud.dataDir, "services", "lambda", "tmp");
  const name = await create("exports.handler = async () => process.exit(1)");
  const before = readdirSync(folder).length;
  await call(name);
  expect(readdirSync(folder)).toHaveLength(before);
});
