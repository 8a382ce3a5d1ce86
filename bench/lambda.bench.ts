/** Design §10: functions warm and cold, a changed archive, and a request through a JWT authorizer. Wall time seen by the client. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { json, rest, send, signed } from "./aws-http.ts";
import { startCloudProcess, startEcho } from "./cloud.bench.ts";
import { median, type Row, type Server, timeEach, timeNode, wait } from "./measure.ts";

const WARM_CALLS = 500;
const COLD_CALLS = 9;
/** Until the processes in reserve have been replaced: the cloud waits for a quiet moment, Python starts slowly. */
const RESERVE_MS = 700;
const ROLE = "arn:aws:iam::000000000000:role/bench";

const NODE = (answer: string) =>
  `exports.handler = async () => { const t = process.hrtime.bigint(); const answer = ${JSON.stringify(answer)}; return { statusCode: 200, body: answer, own: Number(process.hrtime.bigint() - t) / 1e6 }; };`;
const PYTHON = 'def handler(event, context):\n    return {"statusCode": 200, "body": "hello"}\n';

const zip = (name: string, text: string) => Buffer.from(zipSync({ [name]: strToU8(text) })).toString("base64");

interface Target {
  readonly url: string;
  readonly name: string;
}

async function createFunction(url: string, name: string, runtime: string, file: string, text: string): Promise<Target> {
  await rest(url, "lambda", "POST", "/2015-03-31/functions", {
    FunctionName: name,
    Runtime: runtime,
    Role: ROLE,
    Handler: "index.handler",
    Code: { ZipFile: zip(file, text) },
  });
  return { url, name };
}

async function invoke({ url, name }: Target): Promise<{ body: string; own?: number }> {
  const answer = await rest(url, "lambda", "POST", `/2015-03-31/functions/${name}/invocations`, {});
  if (typeof answer.body !== "string") throw new Error(`${name} answered ${JSON.stringify(answer)}`);
  return { body: answer.body, ...(typeof answer.own === "number" ? { own: answer.own } : {}) };
}

async function warmRow(target: Target, echo: Server): Promise<Row> {
  const own: number[] = [];
  await timeEach(WARM_CALLS, () => invoke(target));
  const echoes = await timeEach(WARM_CALLS, () => send(echo.url, { body: "{}" }));
  const calls = await timeEach(WARM_CALLS, async () => own.push((await invoke(target)).own ?? 0));
  const above = median(calls) - median(own);
  return {
    what: "Lambda: warm invoke, p50 above the handler's own time",
    measured: `${above.toFixed(2)} ms`,
    control: `echo: ${median(echoes).toFixed(2)} ms`,
    budget: "1.5 ms",
    met: above <= 1.5,
  };
}

/** A changed environment variable makes the next invocation a cold one. */
async function coldMs(target: Target): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= COLD_CALLS; i++) {
    await rest(target.url, "lambda", "PUT", `/2015-03-31/functions/${target.name}/configuration`, {
      Environment: { Variables: { ROUND: String(i) } },
    });
    await wait(RESERVE_MS);
    const [ms = Number.NaN] = await timeEach(1, () => invoke(target));
    if (i > 0) times.push(ms);
  }
  return median(times);
}

async function coldRow(what: string, target: Target, control: string): Promise<Row> {
  const ms = await coldMs(target);
  return { what: `Lambda: cold start, ${what}`, measured: `${ms.toFixed(1)} ms`, control, budget: "20 ms", met: ms <= 20 };
}

async function changeRow(target: Target): Promise<Row> {
  const times: number[] = [];
  for (let run = 0; run < COLD_CALLS; run++) {
    await wait(RESERVE_MS);
    times.push(...(await timeEach(1, () => serveChanged(target, `version ${run}`))));
  }
  const ms = median(times);
  return {
    what: "Lambda: code change to served",
    measured: `${ms.toFixed(0)} ms`,
    control: "a new process: above",
    budget: "100 ms",
    met: ms <= 100,
  };
}

async function serveChanged(target: Target, wanted: string): Promise<void> {
  await rest(target.url, "lambda", "PUT", `/2015-03-31/functions/${target.name}/code`, {
    ZipFile: zip("index.js", NODE(wanted)),
  });
  while ((await invoke(target)).body !== wanted) await wait(1);
}

const USER = { username: "bench@example.com", password: "Correct-horse-9" };

/** A pool, its client, and a user's access token. */
async function signIn(url: string): Promise<{ issuer: string; audience: string; token: string }> {
  const idp = (operation: string, input: object) => json(url, "cognito-idp", operation, input);
  const { UserPool } = (await idp("CreateUserPool", { PoolName: "bench" })) as { UserPool: { Id: string } };
  const pool = { UserPoolId: UserPool.Id };
  const { UserPoolClient } = (await idp("CreateUserPoolClient", {
    ...pool,
    ClientName: "bench",
    ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })) as { UserPoolClient: { ClientId: string } };
  await idp("AdminCreateUser", { ...pool, Username: USER.username, MessageAction: "SUPPRESS" });
  await idp("AdminSetUserPassword", { ...pool, Username: USER.username, Password: USER.password, Permanent: true });
  const { AuthenticationResult } = (await idp("AdminInitiateAuth", {
    ...pool,
    ClientId: UserPoolClient.ClientId,
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: USER.username, PASSWORD: USER.password },
  })) as { AuthenticationResult: { AccessToken: string } };
  return {
    issuer: `https://cognito-idp.us-east-1.amazonaws.com/${UserPool.Id}`,
    audience: UserPoolClient.ClientId,
    token: AuthenticationResult.AccessToken,
  };
}

async function authorizerRow(target: Target, echo: Server): Promise<Row> {
  const { url } = target;
  const { issuer, audience, token } = await signIn(url);
  const api = (path: string, input: object) => rest(url, "apigateway", "POST", `/v2/apis${path}`, input);
  const { apiId, apiEndpoint } = await api("", { name: "bench", protocolType: "HTTP" });
  const { authorizerId } = await api(`/${apiId}/authorizers`, {
    name: "jwt",
    authorizerType: "JWT",
    identitySource: ["$request.header.Authorization"],
    jwtConfiguration: { issuer, audience: [audience] },
  });
  const { integrationId } = await api(`/${apiId}/integrations`, {
    integrationType: "AWS_PROXY",
    integrationUri: `arn:aws:lambda:us-east-1:000000000000:function:${target.name}`,
    payloadFormatVersion: "2.0",
  });
  await api(`/${apiId}/routes`, {
    routeKey: "GET /hello",
    target: `integrations/${integrationId}`,
    authorizationType: "JWT",
    authorizerId,
  });
  await api(`/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
  await rest(url, "lambda", "POST", `/2015-03-31/functions/${target.name}/policy`, {
    StatementId: "api",
    Action: "lambda:InvokeFunction",
    Principal: "apigateway.amazonaws.com",
  });
  const call = () => send(String(apiEndpoint), { method: "GET", path: "/hello", headers: { authorization: `Bearer ${token}` } });
  await timeEach(WARM_CALLS, call);
  const ms = median(await timeEach(WARM_CALLS, call));
  const echoes = median(await timeEach(WARM_CALLS, () => send(echo.url, { body: "{}" })));
  return {
    what: "request through a JWT authorizer to a warm function and back, p50",
    measured: `${ms.toFixed(2)} ms`,
    control: `echo: ${echoes.toFixed(2)} ms`,
    budget: "3 ms",
    met: ms <= 3,
  };
}

function pythonControl(): string | undefined {
  const found = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
  if (found.status !== 0) return undefined;
  const program = found.stdout.trim();
  const times = Array.from({ length: COLD_CALLS }, () => {
    const started = performance.now();
    spawnSync(program, ["-I", "-S", "-c", "0"], { stdio: "ignore" });
    return performance.now() - started;
  });
  return `new python3: ${median(times).toFixed(0)} ms`;
}

async function createRole(url: string): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const form = {
    Action: "CreateRole",
    Version: "2010-05-08",
    RoleName: "bench",
    AssumeRolePolicyDocument: JSON.stringify(trust),
  };
  await send(url, {
    headers: { ...signed("iam"), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
}

export async function lambdaRows(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "dovetail-bench-lambda-"));
  const [echo, cloud] = await Promise.all([startEcho(), startCloudProcess(folder)]);
  try {
    const { url } = cloud;
    await createRole(url);
    const node = await createFunction(url, "bench-node", "nodejs22.x", "index.js", NODE("hello"));
    const nodeMs = median(Array.from({ length: COLD_CALLS }, () => timeNode(["-e", "0"])));
    const python = pythonControl();
    const rows = [
      await warmRow(node, echo),
      await coldRow("trivial Node handler", node, `new node: ${nodeMs.toFixed(0)} ms`),
      python === undefined
        ? {
            what: "Lambda: cold start, trivial Python handler",
            measured: "skipped: no python3 on PATH",
            control: "",
            budget: "20 ms",
            met: undefined,
          }
        : await coldRow(
            "trivial Python handler",
            await createFunction(url, "bench-python", "python3.12", "index.py", PYTHON),
            python,
          ),
      await changeRow(node),
      await authorizerRow(node, echo),
    ];
    return rows;
  } finally {
    await Promise.all([cloud.stop(), echo.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}
