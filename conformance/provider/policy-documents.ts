/** Configurations of `aws_iam_policy_document`: both providers must give the same bytes. */
import type { ValueObject } from "@dovetail/model";

export const POLICY_DOCUMENTS: readonly ValueObject[] = [
  { statement: [{ actions: ["s3:GetObject"], resources: ["*"] }] },
  { statement: [{ sid: "Many", actions: ["s3:Put", "s3:Get", "s3:List"], resources: ["arn:b", "arn:a"], effect: "Deny" }] },
  {
    policy_id: "id",
    statement: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }],
      },
      { actions: ["sts:AssumeRole"], principals: [{ type: "AWS", identifiers: ["*"] }] },
      { actions: ["s3:*"], resources: ["*"], principals: [{ type: "*", identifiers: ["*"] }] },
      {
        actions: ["s3:*"],
        resources: ["*"],
        principals: [
          { type: "AWS", identifiers: ["123456789012", "arn:aws:iam::111111111111:root"] },
          { type: "Service", identifiers: ["sns.amazonaws.com"] },
          { type: "AWS", identifiers: ["222222222222"] },
        ],
      },
      {
        not_actions: ["iam:*", "sts:*"],
        not_resources: ["arn:aws:s3:::x/*"],
        not_principals: [{ type: "AWS", identifiers: ["1"] }],
      },
    ],
  },
  {
    statement: [
      {
        actions: ["s3:GetObject"],
        resources: ["arn:aws:s3:::b/&{aws:username}/*"],
        condition: [
          { test: "StringLike", variable: "s3:prefix", values: ["b", "a", ""] },
          { test: "StringEquals", variable: "aws:x", values: ["<&>"] },
          { test: "StringEquals", variable: "aws:a", values: ["1"] },
          { test: "StringLike", variable: "s3:prefix", values: ["c"] },
        ],
      },
    ],
  },
  {
    source_policy_documents: [
      '{"Version":"2008-10-17","Id":"src","Statement":[{"Sid":"A","Effect":"Allow","Action":["b:b","a:a"],"Resource":"*"}]}',
      '{"Statement":[{"Effect":"Allow","Action":"x:y","Resource":["r2","r1"],"Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}',
    ],
    statement: [{ sid: "A", actions: ["own:a"], resources: ["*"] }],
    override_policy_documents: [
      '{"Statement":[{"Sid":"A","Effect":"Deny","NotAction":"z:z","Resource":"*","Principal":{"AWS":["2","1"]}}]}',
    ],
  },
  { version: "2008-10-17", statement: [{ actions: ["a:b"], resources: ["*"] }] },
  {},
];
