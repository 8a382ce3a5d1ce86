import type {
  Condition,
  ErrorDocument,
  IndexDocument,
  Redirect,
  RedirectAllRequestsTo,
  RoutingRule,
  WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import type { ValueObject } from "@dovetail/model";
import type { AwsContext } from "../../resource.ts";
import { block, blocks, expand, flatten, rowsOf, text, textAt } from "../attribute-map.ts";
import { conflicts, isJson, oneOf } from "../checks.ts";
import { normalizeJson } from "../json-text.ts";
import { websiteDomain } from "./bucket-names.ts";
import { bucketPart } from "./bucket-part.ts";

const condition = rowsOf<Condition>();
const redirect = rowsOf<Redirect>();
const rule = rowsOf<RoutingRule>();
const RULE_ROWS = [
  rule(
    "condition",
    "Condition",
    block([
      condition("http_error_code_returned_equals", "HttpErrorCodeReturnedEquals", text()),
      condition("key_prefix_equals", "KeyPrefixEquals", text()),
    ]),
  ),
  rule(
    "redirect",
    "Redirect",
    block([
      redirect("host_name", "HostName", text()),
      redirect("http_redirect_code", "HttpRedirectCode", text()),
      redirect("protocol", "Protocol", text()),
      redirect("replace_key_prefix_with", "ReplaceKeyPrefixWith", text()),
      redirect("replace_key_with", "ReplaceKeyWith", text()),
    ]),
  ),
];
const all = rowsOf<RedirectAllRequestsTo>();
const row = rowsOf<WebsiteConfiguration>();
export const ROWS = [
  row("error_document", "ErrorDocument", block([rowsOf<ErrorDocument>()("key", "Key", text())])),
  row("index_document", "IndexDocument", block([rowsOf<IndexDocument>()("suffix", "Suffix", text())])),
  row(
    "redirect_all_requests_to",
    "RedirectAllRequestsTo",
    block([all("host_name", "HostName", text()), all("protocol", "Protocol", text())]),
  ),
  row("routing_rule", "RoutingRules", blocks(RULE_ROWS)),
];

/** `aws_s3_bucket_website_configuration`. Behaviour: `internal/service/s3/bucket_website_configuration.go` (read 2026-11). */
export const resource = bucketPart({
  type: "aws_s3_bucket_website_configuration",
  missing: ["NoSuchWebsiteConfiguration"],
  equivalence: { routing_rules: "json" },
  checks: [
    conflicts("redirect_all_requests_to", ["error_document", "index_document", "routing_rule", "routing_rules"]),
    conflicts("routing_rule", ["routing_rules"]),
    isJson("routing_rules"),
    oneOf("redirect_all_requests_to.protocol", ["http", "https"]),
    oneOf("routing_rule.redirect.protocol", ["http", "https"]),
  ],
  async put(aws, target, planned) {
    const WebsiteConfiguration = { ...expand(ROWS, planned), ...routingRules(planned) };
    await aws.clients.s3.putBucketWebsite({ ...target, WebsiteConfiguration });
  },
  async get(aws, target) {
    const found = await aws.clients.s3.getBucketWebsite(target);
    const rules = found.RoutingRules ?? [];
    return {
      ...flatten(ROWS, found),
      routing_rules: rules.length === 0 ? "" : normalizeJson(JSON.stringify(rules)),
      ...websiteAddress(aws, target.Bucket),
    };
  },
  async remove(aws, target) {
    await aws.clients.s3.deleteBucketWebsite(target);
  },
});

/** Routing rules given as JSON, in S3's own words. */
function routingRules(planned: ValueObject): { RoutingRules?: RoutingRule[] } {
  const json = textAt(planned, "routing_rules");
  return json === undefined ? {} : { RoutingRules: JSON.parse(json) as RoutingRule[] };
}

function websiteAddress(aws: AwsContext, bucket: string): ValueObject {
  const domain = websiteDomain(aws.region);
  return { website_domain: domain, website_endpoint: `${bucket}.${domain}` };
}
