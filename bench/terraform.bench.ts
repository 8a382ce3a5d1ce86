/**
 * Issue 6 and design §10: `terraform_data` roots by count, as blocks, as a chain, below a module with count, and a chain of locals: plan,
 * apply of the plan, and the plan after it; `validate` and `fmt` of the blocks. Whole processes on the same files, ours and the real
 * terraform's one after the other; judged by processor time, which is what others on the machine don't change, and by the clock where
 * terraform was stopped. `--sizes 100,1000,10000` measures others than the default's sizes, `--limit SECONDS` is how long one terraform
 * may take before it is stopped.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PEAK_REPORTER, type Row } from "./measure.ts";

const program = join(import.meta.dirname, "../dist/dovetail.js");
const SIZES_BY_DEFAULT = "100,1000";
const LIMIT_SECONDS_BY_DEFAULT = "60";
/** From here on ten times as fast as terraform. */
const LARGE = 10_000;
const LARGE_FACTOR = 10;
/** Up to this size a chain is measured: a state holds every resource's whole line of ancestors. */
const CHAIN_MAX = 1_000;
const PEAK_MB_MAX = 500;
/** How much dearer a resource may be among ten times as many (quadratic would be 10). */
const LINEAR_FACTOR = 2;

type Files = Readonly<Record<string, string>>;

interface Shape {
  readonly name: string;
  readonly files: (count: number) => Files;
  readonly most?: number;
  /** A chain's dependencies grow with its square, in Terraform's state as in ours. */
  readonly isLinear: boolean;
}

const block = (name: string, input: string) => `resource "terraform_data" "${name}" {\n  input = ${input}\n}\n`;
const many = (count: number, each: (i: number) => string) => Array.from({ length: count }, (_, i) => each(i)).join("\n");

const SHAPES: readonly Shape[] = [
  {
    name: "by count",
    isLinear: true,
    files: (count) => ({
      "main.tf": `resource "terraform_data" "r" {\n  count = ${count}\n  input = "value \${count.index}"\n}\n`,
    }),
  },
  { name: "as blocks", isLinear: true, files: (count) => ({ "main.tf": many(count, (i) => block(`r${i}`, `"value ${i}"`)) }) },
  {
    name: "as a chain",
    isLinear: false,
    most: CHAIN_MAX,
    files: (count) => ({
      "main.tf": many(count, (i) => block(`r${i}`, i === 0 ? '"start"' : `terraform_data.r${i - 1}.output`)),
    }),
  },
  {
    name: "in modules by count",
    isLinear: true,
    files: (count) => ({
      "main.tf": `module "m" {\n  source = "./m"\n  count  = ${count}\n  n      = count.index\n}\n`,
      "m/main.tf": `variable "n" {\n  type = number\n}\n\nlocals {\n  text = "value \${var.n}"\n}\n\n${block("r", "local.text")}\noutput "out" {\n  value = terraform_data.r.output\n}\n`,
    }),
  },
  {
    name: "a chain of locals",
    isLinear: true,
    files: (count) => ({
      "main.tf": `${many(count, (i) => `locals {\n  v${i} = ${i === 0 ? "1" : `local.v${i - 1} + 1`}\n}\n`)}\noutput "last" {\n  value = local.v${count - 1}\n}\n`,
    }),
  },
];

const LIFE = ["plan", "apply", "no-op plan"] as const;
const READING = ["validate", "fmt"] as const;
type Verb = (typeof LIFE)[number] | (typeof READING)[number];

const ARGUMENTS: Readonly<Record<Verb, readonly string[]>> = {
  plan: ["plan", "-input=false", "-out=saved"],
  apply: ["apply", "-input=false", "saved"],
  "no-op plan": ["plan", "-input=false", "-detailed-exitcode"],
  validate: ["validate"],
  fmt: ["fmt", "-check"],
};

interface Took {
  readonly wallMs: number;
  /** User's and system's, of the process and all that it started. */
  readonly cpuMs: number;
}

interface Ours extends Took {
  readonly peakMb: number;
}

/** The reason, where nothing was measured. */
type Theirs = Took | string;

interface Options {
  readonly sizes: readonly number[];
  readonly limitMs: number;
}

export function terraformOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string", default: SIZES_BY_DEFAULT },
      limit: { type: "string", default: LIMIT_SECONDS_BY_DEFAULT },
    },
  });
  const sizes = values.sizes.split(",").map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) throw new Error(`--sizes ${values.sizes}: whole numbers`);
  return { sizes: sizes.toSorted((a, b) => a - b), limitMs: Number(values.limit) * 1000 };
}

function write(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** What a shell's `times` says of what it ran: `0m0.120s 0m0.030s`, the children's on the second line. */
function timesOf(text: string): number {
  const [user = "", system = ""] = text.trim().split("\n").at(-1)?.split(" ") ?? [];
  const ms = (each: string) => {
    const [minutes = "", seconds = ""] = each.replace("s", "").split("m");
    return Number(minutes) * 60_000 + Number(seconds) * 1000;
  };
  return ms(user) + ms(system);
}

const RUN_TIMED = 'timeout -s KILL "$LIMIT" "$@" >"$OUT" 2>&1; code=$?; times; exit $code';

/** undefined: it was stopped. Throws where the command fails. */
function timed(command: readonly string[], cwd: string, limitMs: number, env: NodeJS.ProcessEnv): Took | undefined {
  const out = join(cwd, "..", "output.txt");
  const started = performance.now();
  const { status, stdout } = spawnSync("sh", ["-c", RUN_TIMED, "sh", ...command], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env, LIMIT: String(limitMs / 1000), OUT: out },
  });
  if (status === 137) return undefined;
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${readFileSync(out, "utf8").slice(-500)}`);
  return { wallMs: performance.now() - started, cpuMs: timesOf(stdout) };
}

/** Of this suite's own: another build that runs meanwhile would throw the code cache away. */
let compileCache = "";

/** Nothing of ours may take that long. */
const OURS_LIMIT_MS = 600_000;

function ours(cwd: string, verb: Verb | "init"): Ours {
  const peak = join(cwd, "..", "peak");
  const command = [
    process.execPath,
    "--require",
    join(cwd, "..", "reporter.cjs"),
    program,
    ...(verb === "init" ? ["init"] : ARGUMENTS[verb]),
  ];
  const took = timed(command, cwd, OURS_LIMIT_MS, { BENCH_PEAK_FILE: peak, NODE_COMPILE_CACHE: compileCache });
  if (took === undefined) throw new Error(`dovetail ${verb} took more than ten minutes`);
  return { ...took, peakMb: Number(readFileSync(peak, "utf8")) / 1024 };
}

function theirs(cwd: string, verb: Verb | "init", limitMs: number): Theirs {
  const command = ["terraform", ...(verb === "init" ? ["init", "-input=false"] : ARGUMENTS[verb])];
  return timed(command, cwd, limitMs, { CHECKPOINT_DISABLE: "1" }) ?? `stopped after ${limitMs / 1000} s`;
}

interface Measured {
  readonly shape: Shape;
  readonly size: number;
  readonly verb: Verb;
  readonly ours: Ours;
  readonly theirs: Theirs;
}

/** One root, in a folder for each of the two. */
function measure(shape: Shape, size: number, limitMs: number, hasTerraform: boolean): readonly Measured[] {
  const root = mkdtempSync(join(tmpdir(), "dovetail-bench-terraform-"));
  const [own, real] = [join(root, "ours"), join(root, "theirs")];
  const out: Measured[] = [];
  try {
    for (const folder of [own, real]) write(folder, shape.files(size));
    writeFileSync(join(root, "reporter.cjs"), PEAK_REPORTER);
    ours(own, "init");
    let left: Theirs = hasTerraform ? theirs(real, "init", limitMs) : "no terraform on PATH";
    const verbs: readonly Verb[] = shape.name === "as blocks" ? [...LIFE, ...READING] : LIFE;
    for (const verb of verbs) {
      // Without its apply there is nothing that a second plan could find unchanged; reading needs no state.
      const isAsked = typeof left !== "string" || (hasTerraform && !LIFE.some((each) => each === verb));
      const found = isAsked ? theirs(real, verb, limitMs) : String(left);
      out.push({ shape, size, verb, ours: ours(own, verb), theirs: found });
      if (typeof found === "string") left = found.startsWith("left out") || !isAsked ? found : `left out: ${verb} ${found}`;
    }
    return out;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const shown = (ms: number) => (ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`);
const both = ({ cpuMs, wallMs }: Took) => `${shown(cpuMs)} CPU (${shown(wallMs)})`;

/** What a resource takes among more, by what it took among the size before; what a process takes to start is in neither. */
function growthOf(each: Measured, all: readonly Measured[]): number | undefined {
  const same = all.filter(({ shape, verb, size }) => shape === each.shape && verb === each.verb && size < each.size);
  const [first, before] = [same[0], same.at(-1)];
  if (first === undefined || before === undefined || before === first) return undefined;
  const more = (one: Measured) => (one.ours.cpuMs - first.ours.cpuMs) / (one.size - first.size);
  return more(each) / more(before);
}

function rowOf(each: Measured, all: readonly Measured[], limitMs: number): Row {
  const { shape, size, verb, ours: took, theirs: other } = each;
  const wasStopped = typeof other === "string" && other.startsWith("stopped");
  const factor = typeof other === "string" ? (wasStopped ? limitMs / took.wallMs : undefined) : other.cpuMs / took.cpuMs;
  const isLarge = size >= LARGE && LIFE.some((name) => name === verb);
  const isFast = factor === undefined || factor >= (isLarge && !wasStopped ? LARGE_FACTOR : 1);
  const growth = shape.isLinear ? growthOf(each, all) : undefined;
  const faster = factor === undefined ? "" : `, ${wasStopped ? "more than " : ""}${factor.toFixed(1)}×`;
  return {
    what: `terraform root, ${size.toLocaleString("en")} ${shape.name}: ${verb}`,
    measured: `${both(took)}, ${took.peakMb.toFixed(0)} MB${growth === undefined ? "" : `, ×${growth.toFixed(2)} a resource`}`,
    control: `terraform: ${typeof other === "string" ? other : both(other)}${faster}`,
    budget: `${isLarge ? `${LARGE_FACTOR}× terraform` : "never slower"}; ${PEAK_MB_MAX} MB${shape.isLinear ? "; linear" : ""}`,
    met: isFast && took.peakMb < PEAK_MB_MAX && (growth === undefined || growth <= LINEAR_FACTOR),
  };
}

export async function terraformRows(args: readonly string[] = []): Promise<readonly Row[]> {
  const { sizes, limitMs } = terraformOptions(args);
  const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;
  compileCache = mkdtempSync(join(tmpdir(), "dovetail-bench-cache-"));
  const all: Measured[] = [];
  // The first runs of a command leave the code cache that all later ones find.
  for (const shape of SHAPES) for (let i = 0; i < 2; i++) measure(shape, 2, limitMs, false);
  for (const shape of SHAPES)
    for (const size of sizes)
      if (size <= (shape.most ?? size)) {
        const found = measure(shape, size, limitMs, hasTerraform);
        all.push(...found);
        // The large ones take minutes: what is known is told at once.
        for (const each of found) {
          const { what, measured, control } = rowOf(each, all, limitMs);
          process.stderr.write(`${what}: ${measured}; ${control}\n`);
        }
      }
  rmSync(compileCache, { recursive: true, force: true });
  const rows = all.map((each) => rowOf(each, all, limitMs));
  const left = [1_000, LARGE].filter((size) => !sizes.includes(size));
  if (left.length === 0) return rows;
  const what = `terraform roots of ${left.map((size) => size.toLocaleString("en")).join(" and ")}`;
  return [
    ...rows,
    { what, measured: "left out", control: "npm run bench terraform -- --sizes 100,1000,10000", budget: "", met: undefined },
  ];
}
