/** Where the ways differ and stay so, each with its reason. What a row covers is counted. */
import type { Difference } from "./judge.ts";

interface Row {
  /** Which ways; absent: all. */
  readonly ways?: RegExp;
  /** `plan: …` or `state: …` with the path. */
  readonly what: RegExp;
  readonly ours?: RegExp;
  readonly real?: RegExp;
  readonly why: string;
}

const OUR_PROVIDER = /our provider$/;
const OUR_ENGINE = /^our engine/;
const EMPTY = /^(\[\]|\{\}|""|false|0|absent|null)$/;

const ROWS: readonly Row[] = [
  {
    ways: OUR_PROVIDER,
    what: /./,
    ours: EMPTY,
    real: EMPTY,
    why: "Nothing, in another form: what is unset is null in our provider's objects; the real one's read makes some of it empty.",
  },
  {
    ways: OUR_PROVIDER,
    what: /^plan: drift /,
    ours: /^absent$/,
    why: "The real provider's first read makes empty what was unset, which terraform lists as drift; ours reads back what it wrote.",
  },
  {
    ways: OUR_PROVIDER,
    what: /aws_s3_bucket\.\w+(\[[^\]]*\])?\b.*\.(grant|versioning|server_side_encryption_configuration|lifecycle_rule|cors_rule|policy|logging|acceleration_status)\b/,
    why: "Arguments of the bucket deprecated since 4.0: the real provider's bucket repeats what the resources of their own set; ours leaves it to them.",
  },
  {
    ways: OUR_PROVIDER,
    what: /aws_iam_role\.\w+.*\.(inline_policy|managed_policy_arns)\b/,
    why: "The real provider's role repeats what resources of their own attach to it; ours says only what its own arguments say.",
  },
  {
    ways: OUR_PROVIDER,
    what: /(invoke_url|api_endpoint)$/,
    why: "Our provider tells the address at which the embedded cloud answers; the real one puts it together from AWS's domain.",
  },
  {
    ways: OUR_PROVIDER,
    what: /aws_iam_role_policy_attachment\..*\.id$/,
    why: "The id names role and policy; the real one draws a part of it.",
  },
  {
    ways: OUR_PROVIDER,
    what: /aws_secretsmanager_secret_version\..*\.(id|version_id)$/,
    why: "A version's id is drawn, as a UUID or with the real provider's prefix.",
  },
  {
    ways: OUR_PROVIDER,
    what: /aws_iam_policy_document\..*\.(not_actions|not_resources)$/,
    why: "Nothing, in another form: unset is null in our provider's objects, empty in the real one's.",
  },
  {
    ways: OUR_ENGINE,
    what: /configuration.*(constant_value|for_each_expression|references)/,
    real: /constant_value|"\$\{|^"|^absent$/,
    why: "Of .tf.json files terraform gives templates as constants and loses their references; ours has the references.",
  },
  {
    ways: OUR_ENGINE,
    what: /terraform_remote_state\..*outputs\.type/,
    why: "Maps among the outputs of another state are objects here: the data source's values carry no types.",
  },
  {
    ways: OUR_ENGINE,
    what: /state check .*(\.status|objects)/,
    real: /unknown/,
    why: "What is only read in the apply, its dependencies being pending, keeps its conditions unknown in terraform's state.",
  },
];

/** The reason for a difference; undefined where there is none. */
export function reasonFor({ way, what, ours, real }: Difference): string | undefined {
  return ROWS.find(
    (row) =>
      (row.ways?.test(way) ?? true) && row.what.test(what) && (row.ours?.test(ours) ?? true) && (row.real?.test(real) ?? true),
  )?.why;
}
