// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/** Good files whose layout is spoilt in ways drawn from a seed. */
import { numbersFrom } from "./mutations.ts";

const GOOD: readonly string[] = [
  `terraform {
  required_version = ">= 1.5" # at least
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

/* a note
   on two lines */
variable "names" {
  type        = map(object({ port = number, tags = optional(list(string), []) }))
  default     = {}
  description = "Names"   // of things
}

resource "aws_sqs_queue" "jobs" {
  for_each = { for k, v in var.names : k => v if v.port != 80 && !contains(["a", "b"], k) }

  name                       = "\${var.prefix}-\${each.key}"
  visibility_timeout_seconds = -(1 + 2) * 3 - var.offset
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead[each.key].arn
    maxReceiveCount     = each.value.port > 1024 ? 3 : -1
  })
  lifecycle { prevent_destroy = true }
}
`,
  `locals {
  script = <<-EOT
    #!/bin/sh
    %{~ for host in var.hosts ~}
    ping \${host}  $\${HOME}
    %{~ endfor ~}
  EOT
  nested = [[1, 2], [
    { a = [for x in [1, 2] : x...], (local.key) : "v" },
    provider::aws::arn_parse("x").region,
  ]]
  all  = aws_x.y[*].id
  old  = aws_x.y.*.id.0
  empty = {}
  wrapped = "\${merge(
    local.a,
    { b = "\${c}" }
  )}"
}
module m {
  source = "./m"
  providers = { aws = aws.other }
}
`,
];

const PIECES: readonly string[] = [
  ...[
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    " /* c */ ",
    " # c\n",
    " // d\n",
    "{ ",
    " }",
    "[",
    "]",
    "(",
    ")",
    ",",
    " = ",
    "-",
    "!",
    "é",
  ],
  ...['"a"', "${ {a=1} }", "? 1 : 2", "...", "[for x in [1]: -x]", "<<EOT\n  x ${ y }\n EOT\n", '"${\n foo\n}"', "type = list\n"],
];

/** Files that still parse are what is wanted: `isGood` tells. */
export function layouts(seed: number, count: number, isGood: (text: string) => boolean): ReadonlyMap<string, string> {
  const below = numbersFrom(seed);
  const files = new Map<string, string>(GOOD.map((text, i): [string, string] => [`good${i}.tf`, text]));
  while (files.size < count) {
    let text = GOOD[below(GOOD.length)] ?? "";
    for (let edits = 1 + below(6); edits > 0; edits--) {
      const at = below(text.length + 1);
      text = text.slice(0, at) + (PIECES[below(PIECES.length)] ?? "") + text.slice(at + (below(8) === 0 ? 1 : 0));
    }
    if (below(12) === 0) text = text.replaceAll("\n", "\r\n");
    if (below(20) === 0) text = `\uFEFF${text}`;
    if (below(10) === 0) text = `${text.trimEnd()}  `;
    if (isGood(text)) files.set(`l${files.size}.tf`, text);
  }
  return files;
}
