/** Where ours says something else of a body that does not fit its schema, and stays so: counted as the plans' reasons are. */
import type { Explanation } from "./explained.ts";

/** The SDK appends to one slice for several places: what is told last decides where the others are. */
const SHARED_SLICE =
  "The SDK writes the places of several faults into one slice, so that one is told at the place of another, by chance.";

const REFUSED_BY_NAME = "Ours also refuses by name (DVT3006) what it does not carry out.";

/** A set's element in a path is its whole value. */
const SET_ELEMENT = "The real one calls an element of a set by its whole value, ours by its number.";

export const EXPLAINED_CORE: readonly Explanation[] = [
  {
    rows: { aws_s3_bucket: 13, aws_dynamodb_table: 6 },
    attribute: "refused by name",
    why: REFUSED_BY_NAME,
    aspect: /^core$/,
    ours: /DVT3006/,
  },
  {
    rows: { aws_s3_bucket_lifecycle_configuration: 3 },
    attribute: "rule",
    why: SET_ELEMENT,
    aspect: /^core$/,
    real: /Value\(\{/,
  },
  {
    rows: { aws_cognito_risk_configuration: 20 },
    attribute: "account_takeover_risk_configuration",
    why: SHARED_SLICE,
    aspect: /^core$/,
    row: /account_takeover_risk_configuration: /,
    byChance: true,
  },
  {
    rows: { aws_s3_bucket_replication_configuration: 6, aws_scheduler_schedule: 2 },
    attribute: "a block within blocks",
    why: SHARED_SLICE,
    aspect: /^core$/,
    row: /(replication_time: status|metrics: status|tag: key|subnets) = null$/,
    byChance: true,
  },
  {
    rows: { aws_route_table: 1, aws_default_route_table: 1 },
    attribute: "route",
    why: "A route without anything: ours says so when it validates, the real one in its plan.",
    aspect: /^core$/,
    row: /: route as a block$/,
  },
  {
    rows: { aws_security_group: 2, aws_default_security_group: 1, aws_network_acl: 1 },
    attribute: "ingress",
    why: "A rule without anything: the real one misses its arguments when it validates, ours in the apply.",
    aspect: /^core$/,
    row: /: (e|in)gress as a block$/,
  },
];
