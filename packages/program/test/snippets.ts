/**
 * Takes the TypeScript snippets out of the rules document (`testdata/kefir-rules.md`) and puts around each what its place in the
 * document takes for granted: the stack function that it stands in, the stacks handed to it. The snippets themselves stay as they are.
 */

export interface Snippet {
  /** Position in the document, from 0. */
  readonly index: number;
  /** The nearest heading above. */
  readonly heading: string;
  /** First line of its code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** A program made of snippets: path -> content, `sst.config.ts` among them. */
export interface SnippetApp {
  readonly name: string;
  /** Which snippets it holds. */
  readonly snippets: readonly number[];
  readonly files: { readonly [path: string]: string };
}

/** Every fenced block marked `typescript`, in order. */
export function extractSnippets(markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  let heading = "";
  let open: { line: number; code: string[] } | undefined;
  for (const [i, text] of markdown.split("\n").entries()) {
    if (open === undefined) {
      if (/^#+ /.test(text)) heading = text.replace(/^#+ /, "");
      if (text === "```typescript") open = { line: i + 2, code: [] };
      continue;
    }
    if (text !== "```") {
      open.code.push(text);
      continue;
    }
    snippets.push({ index: snippets.length, heading, line: open.line, code: open.code.join("\n") });
    open = undefined;
  }
  return snippets;
}

const IMPORTS = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n';

/** The document's system as one app, and each snippet that repeats or only sketches something as an app of its own. */
export function snippetApps(markdown: string): SnippetApp[] {
  const snippets = extractSnippets(markdown);
  const code = (start: string): Snippet => {
    const found = snippets.find((snippet) => snippet.code.startsWith(start));
    if (found === undefined) throw new Error(`the document has no snippet that starts with ${start}`);
    return found;
  };
  const parts = {
    template: code("/**\n * Stack Name"),
    config: code("// sst.config.ts"),
    roles: code("// Create role for Lambda"),
    table: code("const table ="),
    bucket: code("const bucket ="),
    functions: code("const lambdaDefaults"),
    environment: code("const lambdaEnvironment"),
    api: code("const api ="),
    routes: code("function createRoute"),
    userPool: code("const userPool ="),
    scheduler: code("// Create IAM role for EventBridge"),
    bucketName: code("// Pulumi resource name"),
    tags: code("tags: {"),
    logGroup: code("// Log group is created"),
    logLine: code("console.log"),
    production: code("// Production features"),
    alarm: code("// Lambda error rate"),
    dataStack: code("/**\n * Data Stack"),
  };
  return [wholeApp(parts), ...smallApps(parts)];
}

type Parts = {
  readonly [name in
    | "template"
    | "config"
    | "roles"
    | "table"
    | "bucket"
    | "functions"
    | "environment"
    | "api"
    | "routes"
    | "userPool"
    | "scheduler"
    | "bucketName"
    | "tags"
    | "logGroup"
    | "logLine"
    | "production"
    | "alarm"
    | "dataStack"]: Snippet;
};

function wholeApp(parts: Parts): SnippetApp {
  const { config, roles, table, bucket, functions, environment, api, routes, userPool, scheduler, logGroup, alarm, dataStack } =
    parts;
  const used = [
    config,
    roles,
    table,
    bucket,
    functions,
    environment,
    api,
    routes,
    userPool,
    scheduler,
    logGroup,
    alarm,
    dataStack,
  ];
  return {
    name: "whole system",
    snippets: used.map((snippet) => snippet.index),
    files: {
      "sst.config.ts": config.code,
      "stacks/AuthStack.ts": `${IMPORTS}export default function AuthStack() {\n${userPool.code}\nreturn { userPoolId: userPool.id, clientId: userPoolClient.id };\n}\n`,
      "stacks/DataStack.ts": IMPORTS + dataStack.code.replace("  // Implementation...", () => `${table.code}\n${bucket.code}`),
      "stacks/ApiStack.ts": `${IMPORTS}interface Stacks { authStack: { userPoolId: pulumi.Output<string>; clientId: pulumi.Output<string> }; dataStack: { tableName: pulumi.Output<string>; tableArn: pulumi.Output<string>; bucketName: pulumi.Output<string> } }
export default function ApiStack({ authStack, dataStack }: Stacks) {
${roles.code}
${environment.code}
${functions.code}
const handlePublic = new aws.lambda.Function("HandlePublic", { ...lambdaDefaults, handler: "src/functions/public/handler.main", code: new pulumi.asset.FileArchive("../backend/dist") });
const reminderLambda = handleBatches;
${api.code}
${routes.code}
${scheduler.code}
${logGroup.code}
${alarm.code}
return { url: stage.invokeUrl };
}
`,
      "../backend/dist/src/functions/batch/handler.js": "exports.main = async () => ({ statusCode: 200 });\n",
      "../backend/dist/src/functions/public/handler.js": "exports.main = async () => ({ statusCode: 200 });\n",
    },
  };
}

function smallApps({ template, bucketName, tags, logLine, production }: Parts): SnippetApp[] {
  // The document's template has placeholders for a service, a class and a property; any real ones will do.
  const stack = template.code.replaceAll("aws.service.Resource", "aws.sns.Topic").replace("resource.property", "resource.arn");
  return [
    {
      name: "stack template",
      snippets: [template.index],
      files: {
        "sst.config.ts": configThat('const stack = await import("./stacks/StackName"); return stack.default();'),
        "stacks/StackName.ts": stack,
      },
    },
    {
      name: "bucket name with the account's id",
      snippets: [bucketName.index],
      files: { "sst.config.ts": configThat(`const accountId = aws.getCallerIdentityOutput().accountId;\n${bucketName.code}`) },
    },
    {
      name: "tags",
      snippets: [tags.index],
      files: { "sst.config.ts": configThat(`new aws.sns.Topic("Tagged", {\n${tags.code}\n});`) },
    },
    {
      name: "structured log line",
      snippets: [logLine.index],
      files: {
        "sst.config.ts": configThat(
          `new aws.sns.Topic("T");\nconst console = { log: (_line: string) => {} }; const userId = "u"; const batchId = "b";\n${logLine.code}`,
        ),
      },
    },
    {
      name: "settings by stage",
      snippets: [production.index],
      files: {
        "sst.config.ts": configThat(
          `const settings = {\n${production.code}\n};\nnew aws.cloudwatch.LogGroup("L", { retentionInDays: settings.retentionInDays });`,
        ),
      },
    },
  ];
}

function configThat(body: string): string {
  return `export default $config({ app() { return { name: "snippets" }; }, async run() {\n${body}\n} });\n`;
}
