/** What `dovetail init` writes: template -> (the app's name -> file -> text). */
export const TEMPLATES: { readonly [template: string]: (name: string) => { readonly [file: string]: string } } = {
  empty: (name) => ({
    "sst.config.ts": config(
      name,
      `    const queue = new aws.sqs.Queue("Jobs", { visibilityTimeoutSeconds: 60 });
    return { queue: queue.url };`,
    ),
    "tsconfig.json": TSCONFIG,
  }),
  function: (name) => ({
    "sst.config.ts": config(
      name,
      `    const role = new aws.iam.Role("HelloRole", {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
      }),
    });
    new aws.iam.RolePolicyAttachment("HelloLogs", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    });
    const hello = new aws.lambda.Function("Hello", {
      runtime: "nodejs22.x",
      handler: "hello.handler",
      role: role.arn,
      code: new pulumi.asset.AssetArchive({ "hello.mjs": new pulumi.asset.FileAsset("hello.mjs") }),
    });
    const url = new aws.lambda.FunctionUrl("HelloUrl", { functionName: hello.name, authorizationType: "NONE" });
    return { url: url.functionUrl };`,
      'import * as pulumi from "@pulumi/pulumi";\n',
    ),
    "hello.mjs": 'export const handler = async (event) => ({ hello: event.queryStringParameters?.name ?? "world" });\n',
    "tsconfig.json": TSCONFIG,
  }),
};

function config(name: string, body: string, imports = ""): string {
  return `/// <reference path="./.sst/platform/config.d.ts" />
import * as aws from "@pulumi/aws";
${imports}
export default $config({
  app(input) {
    return {
      name: ${JSON.stringify(name)},
      removal: input?.stage === "production" ? "retain" : "remove",
      home: "local",
    };
  },
  async run() {
${body}
  },
});
`;
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true,
    "types": []
  },
  "include": ["sst.config.ts", ".sst/platform/config.d.ts"]
}
`;
