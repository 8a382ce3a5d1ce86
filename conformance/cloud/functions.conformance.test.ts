/** Functions, streams and connections at work, through boto3 and the AWS SDK for JavaScript; what the clients do inside functions, too. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { type Cloud, startCloud } from "@dovetail/cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Outcome } from "./case.ts";
import { runJsSdk } from "./js-sdk.ts";
import { hasBoto3, runBoto3 } from "./python.ts";
import { seen, wanted } from "./scenarios.ts";
import { functionScenarios } from "./scenarios-functions.ts";

const CLIENTS = [
  ["boto3", async (endpoint: string) => (await runBoto3(endpoint, { scenarios: functionScenarios })).scenarios, hasBoto3()],
  ["the AWS SDK for JavaScript", (endpoint: string) => runJsSdk(endpoint, functionScenarios), true],
] as const;

for (const [client, run, isHere] of CLIENTS) {
  describe.skipIf(!isHere)(`through ${client}`, () => {
    let cloud: Cloud;
    let outcomes: readonly (readonly Outcome[])[] = [];
    beforeAll(async () => {
      cloud = await startCloud();
      outcomes = await run(cloud.endpoint);
    });
    afterAll(() => cloud.stop());
    for (const [index, { name, steps }] of functionScenarios.entries()) {
      test(name, () => {
        for (const [at, step] of steps.entries()) expect.soft(seen(step, outcomes[index]?.[at])).toMatchObject(wanted(step));
      });
    }
  });
}

/** A WebSocket API whose function, in Python, answers through the management API by the address that its event names. */
const PREPARE = `
import base64, io, json, os, zipfile, boto3
def client(name): return boto3.client(name, endpoint_url=os.environ["CLOUD"], region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="a")
trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
role = client("iam").create_role(RoleName="ws", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
allow = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:ManageConnections", "Resource": "arn:aws:execute-api:*:*:*/dev/POST/@connections/*"}]})
client("iam").put_role_policy(RoleName="ws", PolicyName="p", PolicyDocument=allow)
code = '''
import boto3, json
def handler(event, context):
    about = event["requestContext"]
    sender = boto3.client("apigatewaymanagementapi", endpoint_url="https://" + about["domainName"] + "/" + about["stage"])
    sender.post_to_connection(ConnectionId=about["connectionId"], Data=json.dumps({"id": about["connectionId"], "body": event["body"]}).encode())
    try:
        sender.delete_connection(ConnectionId=about["connectionId"])
    except Exception as error:
        sender.post_to_connection(ConnectionId=about["connectionId"], Data=type(error).__name__.encode())
    return {"statusCode": 200}
'''
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as z: z.writestr("app.py", code)
functions = client("lambda")
arn = functions.create_function(FunctionName="ws", Role=role, Runtime="python3.12", Handler="app.handler", Timeout=30, Code={"ZipFile": archive.getvalue()})["FunctionArn"]
functions.add_permission(FunctionName="ws", StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
apis = client("apigatewayv2")
made = apis.create_api(Name="ws", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
integration = apis.create_integration(ApiId=made["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=arn)["IntegrationId"]
apis.create_route(ApiId=made["ApiId"], RouteKey="$default", Target="integrations/" + integration)
apis.create_stage(ApiId=made["ApiId"], StageName="dev", AutoDeploy=True)
print(json.dumps({"url": made["ApiEndpoint"] + "/dev"}))
`;

const PUSH = `
import boto3, os
boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["CLOUD"], region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="a").post_to_connection(ConnectionId=os.environ["ID"], Data=b"from outside")
`;

describe.skipIf(!hasBoto3())("a WebSocket connection", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud.stop());

  const python = async (code: string, more: NodeJS.ProcessEnv) =>
    (await promisify(execFile)("python3", ["-c", code], { env: { ...process.env, ...more } })).stdout;

  test("is written to by boto3 inside its function, as far as its role may, and from outside", async () => {
    const { url } = JSON.parse(await python(PREPARE, { CLOUD: cloud.endpoint }));
    const socket = new WebSocket(url);
    await once(socket, "open");
    const messages: string[] = [];
    socket.on("message", (data) => messages.push(String(data)));
    socket.send("hello");
    while (messages.length < 2) await once(socket, "message");
    const { id, body } = JSON.parse(messages[0] ?? "");
    expect(body).toBe("hello");
    expect(messages[1]).toMatch(/Forbidden|ClientError/);
    const pushed = once(socket, "message");
    await python(PUSH, { CLOUD: url.replace("ws:", "http:"), ID: id });
    expect(String((await pushed)[0])).toBe("from outside");
    socket.close();
  });
});
