import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hasErrors } from "@dovetail/model";
import { describe, expect, test } from "vitest";
import { run } from "./programs.ts";
import { extractSnippets, snippetApps } from "./snippets.ts";

const markdown = readFileSync(join(import.meta.dirname, "../testdata/kefir-rules.md"), "utf8");
const apps = snippetApps(markdown);

describe("the rules document's snippets", () => {
  test("each snippet is in one of the apps", () => {
    const all = extractSnippets(markdown).map((snippet) => snippet.index);
    expect(all).toHaveLength(18);
    expect([...apps.flatMap((app) => app.snippets)].sort((a, b) => a - b)).toEqual(all);
  });

  test.each(apps.map((app) => [app.name, app] as const))("%s: plans and applies without an error", async (_name, app) => {
    for (const pass of ["plan", "apply"] as const) {
      const { diagnostics, host } = await run(app.files, { pass });
      expect(diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
      expect(hasErrors(diagnostics)).toBe(false);
      expect(host.order.length).toBeGreaterThan(0);
    }
  });

  test("the whole system registers what the document describes, with its dependencies", async () => {
    const { host, get, result } = await run(apps[0]?.files ?? {}, { pass: "apply" });
    const types = host.order.map((address) => address.split(".")[0]);
    expect(
      Object.fromEntries([...new Set(types)].sort().map((type) => [type, types.filter((other) => other === type).length])),
    ).toEqual({
      aws_apigatewayv2_api: 1,
      aws_apigatewayv2_authorizer: 1,
      aws_apigatewayv2_integration: 2,
      aws_apigatewayv2_route: 2,
      aws_apigatewayv2_stage: 1,
      aws_cloudwatch_log_group: 1,
      aws_cloudwatch_metric_alarm: 1,
      aws_cognito_user_pool: 1,
      aws_cognito_user_pool_client: 1,
      aws_dynamodb_table: 1,
      aws_iam_role: 2,
      aws_iam_role_policy: 2,
      aws_iam_role_policy_attachment: 1,
      aws_lambda_function: 2,
      aws_lambda_permission: 2,
      aws_s3_bucket: 1,
      aws_s3_bucket_cors_configuration: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    });
    expect(get("aws_s3_bucket.KefirPhotoBucket").config.bucket).toBe("kefir-app-photos-dev-123456789012");
    expect(get("aws_iam_role_policy.KefirLambdaDynamoPolicy").dependencies).toEqual([
      "aws_dynamodb_table.KefirTable",
      "aws_iam_role.KefirLambdaRole",
    ]);
    expect(get("aws_lambda_function.HandleBatches").config.environment).toEqual([
      {
        variables: {
          TABLE_NAME: "kefir-app-dev",
          BUCKET_NAME: "kefir-app-photos-dev-123456789012",
          USER_POOL_ID: "id-of-aws_cognito_user_pool.KefirUserPool",
          USER_POOL_CLIENT_ID: "id-of-aws_cognito_user_pool_client.KefirUserPoolClient",
          STAGE: "dev",
        },
      },
    ]);
    expect(get("aws_cloudwatch_log_group.KefirBatchesLogGroup").config.name).toBe("/aws/lambda/kefir-app-dev-handleBatches");
    const publicRoute = [...host.resources.values()].find((resource) => resource.displayName === "Route-GET--public-b-{batchId}");
    expect(publicRoute?.name).toMatch(/^Route-GET--public-b-_batchId_-[0-9a-f]{6}$/);
    expect(result.outputs.tableName).toEqual({ value: "kefir-app-dev", sensitive: false });
  });
});
