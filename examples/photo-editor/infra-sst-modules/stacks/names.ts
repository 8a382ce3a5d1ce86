/** Names and tags that every stack uses. */
import * as aws from "@pulumi/aws";

export const tags = { Project: "photo-editor", Env: $app.stage, Owner: "engineering", CostCenter: "product" };

/** `photo-editor-dev-jobs` */
export const named = (name: string): string => `${$app.name}-${$app.stage}-${name}`;

export const accountId = aws.getCallerIdentityOutput().accountId;
