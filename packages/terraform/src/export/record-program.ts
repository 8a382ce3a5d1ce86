import type {
  DataRegistration,
  EvaluationHost,
  EvaluationResult,
  FrontEnd,
  OutputValue,
  RegisteredObject,
  ResourceRegistration,
} from "@dovetail/engine";
import { DiagnosticError, formatAddress, type ResourceSchema, type SourceRange, UNKNOWN, type Value } from "@dovetail/model";
import type { DeclaredModule, ModuleOutput, ModuleWitness } from "../app/declare-module.ts";
import type { ModuleDeclaration, ModuleInput } from "../app/module-declaration.ts";
import { dataNames } from "./data-names.ts";
import { type Spelling, StandIns } from "./stand-ins.ts";

/** What a program registers, asked for in an engine's plan pass; and again with stand-ins in place of the objects. */

export interface RecordedResource {
  readonly mode: "managed" | "data";
  readonly address: string;
  readonly registration: ResourceRegistration | DataRegistration;
  readonly schema: ResourceSchema;
  /** Absent: it failed. */
  readonly answer?: RegisteredObject;
  /** Its name in the export, where that is another one. */
  readonly writtenName?: string;
}

export interface RecordedModule {
  readonly declaration: ModuleDeclaration;
  readonly declared: DeclaredModule;
  readonly waitsFor: readonly string[];
  readonly inputs: ReadonlyMap<string, ModuleInput>;
  /** Those that the program asked for. */
  readonly outputs: ReadonlyMap<string, ModuleOutput>;
}

/** One evaluation. */
export interface Recorded {
  readonly resources: ReadonlyMap<string, RecordedResource>;
  readonly modules: ReadonlyMap<string, RecordedModule>;
  /** Objects that the program only looks at (`Queue.get(name, id)`). */
  readonly existing: ReadonlyMap<string, RecordedResource>;
  readonly outputs: { readonly [name: string]: OutputValue };
}

export interface Recording {
  /** With the objects as they are. */
  readonly real: Recorded;
  /** With stand-ins: the first that has something is the one to look at. */
  readonly marked: readonly Recorded[];
  /** As `marked`, spelled otherwise; only where something is not known yet. */
  readonly respelled: readonly Recorded[];
  readonly standIns: StandIns;
}

/** Evaluations with stand-ins: each leaves those out that the one before failed for. */
const MARKED_PASSES_MAX = 4;

/**
 * The front end, which evaluates its program as before and then, where its values are to be followed, for the recording as well.
 * `recording` has it once the pass is over; undefined where the program failed.
 */
export function recordingFrontEnd(
  inner: FrontEnd,
  { isFollowed = true }: { readonly isFollowed?: boolean } = {},
): { readonly frontEnd: FrontEnd; recording(): Recording | undefined } {
  let recording: Recording | undefined;
  const frontEnd: FrontEnd = {
    ...inner,
    async evaluate(host) {
      if (host.isDiscovery === true) return await inner.evaluate(host);
      const recorder = new Recorder();
      const result = await inner.evaluate(hostOf(host, recorder.real(host)));
      const real = withNames(recorder.recorded(result));
      const standIns = new StandIns();
      if (!isFollowed) {
        recording = { real, marked: [], respelled: [], standIns };
        return result;
      }
      const again = (spelling: Spelling) => markedPasses(inner, host, real, standIns, spelling);
      const respelled = holdsUnknown(real) ? await again("b") : [];
      recording = { real, marked: await again("a"), respelled, standIns };
      return result;
    },
  };
  return { frontEnd, recording: () => recording };
}

async function markedPasses(
  inner: FrontEnd,
  host: EvaluationHost,
  real: Recorded,
  standIns: StandIns,
  spelling: Spelling,
): Promise<readonly Recorded[]> {
  const passes: Recorded[] = [];
  const plain = new Set<string>();
  while (passes.length < MARKED_PASSES_MAX) {
    const recorder = new Recorder();
    const result = await inner.evaluate(hostOf(host, recorder.marked({ real, standIns, spelling, plain })));
    passes.push(recorder.recorded(result));
    const missing = [...real.resources.values()].filter(
      ({ address, registration }) => registration.module === undefined && !passes.some(({ resources }) => resources.has(address)),
    );
    const fresh = missing.flatMap(({ registration }) => registration.dependencies).filter((address) => !plain.has(address));
    if (missing.length === 0 || fresh.length === 0) break;
    for (const address of fresh) plain.add(address);
  }
  return passes;
}

function withNames(recorded: Recorded): Recorded {
  const data = [...recorded.resources.values()].filter(
    ({ mode, registration }) => mode === "data" && registration.module === undefined,
  );
  const names = dataNames(data);
  const resources = [...recorded.resources].map(([address, resource]): [string, RecordedResource] => {
    const writtenName = names.get(address);
    return [address, writtenName === undefined ? resource : { ...resource, writtenName }];
  });
  return { ...recorded, resources: new Map(resources) };
}

/** The address of its block in the export. */
export function writtenAddress({ address, mode, registration, writtenName }: RecordedResource): string {
  return writtenName === undefined ? address : formatAddress({ mode, type: registration.type, name: writtenName });
}

function holdsUnknown({ resources, modules }: Recorded): boolean {
  const answers = [...resources.values()].map(({ answer }) => answer?.value ?? null);
  const outputs = [...modules.values()].flatMap(({ outputs }) => [...outputs.values()].map(({ value }) => value));
  return [...answers, ...outputs].some(isPartlyUnknown);
}

function isPartlyUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isPartlyUnknown);
}

type Answers = Pick<EvaluationHost, "register" | "readData" | "readExisting" | "report"> & { readonly modules: ModuleWitness };

/** A host that says what the engine's says of the pass, and answers as `answers` does. */
function hostOf(host: EvaluationHost, answers: Answers): EvaluationHost {
  return {
    pass: host.pass,
    ...(host.mode === undefined ? {} : { mode: host.mode }),
    ...(host.plannedAtMs === undefined ? {} : { plannedAtMs: host.plannedAtMs }),
    ...(host.schema === undefined ? {} : { schema: (request) => schemaOf(host, request) }),
    ...answers,
  };
}

type SchemaRequest = Parameters<NonNullable<EvaluationHost["schema"]>>[0];

function schemaOf(host: EvaluationHost, request: SchemaRequest): Promise<ResourceSchema> {
  if (host.schema === undefined) throw new Error("this host tells no schemas");
  return host.schema(request);
}

interface MarkedSetting {
  readonly real: Recorded;
  readonly standIns: StandIns;
  readonly spelling: Spelling;
  /** Addresses whose objects are given as they are. */
  readonly plain: ReadonlySet<string>;
}

/** Keeps what one evaluation registers. */
class Recorder {
  readonly #resources = new Map<string, RecordedResource>();
  readonly #modules = new Map<string, RecordedModule>();
  readonly #existing = new Map<string, RecordedResource>();

  recorded({ outputs }: EvaluationResult): Recorded {
    return { resources: this.#resources, modules: this.#modules, existing: this.#existing, outputs };
  }

  /** Answers with what the engine answers. */
  real(host: EvaluationHost): Answers {
    const keep = async (
      into: Map<string, RecordedResource>,
      mode: RecordedResource["mode"],
      registration: ResourceRegistration | DataRegistration,
      answered: Promise<RegisteredObject>,
    ): Promise<RegisteredObject> => {
      const address = addressOf(mode, registration);
      const kind = mode === "managed" ? "resource" : "data";
      const provider = registration.provider ?? localName(registration.type);
      answered.catch(() => undefined);
      const schema = await schemaOf(host, { kind, provider, type: registration.type, address });
      into.set(address, { mode, address, registration, schema });
      const answer = await answered;
      into.set(address, { mode, address, registration, schema, answer });
      return answer;
    };
    const { readExisting } = host;
    return {
      register: (registration) => keep(this.#resources, "managed", registration, host.register(registration)),
      readData: (registration) => keep(this.#resources, "data", registration, host.readData(registration)),
      ...(readExisting === undefined
        ? {}
        : {
            readExisting: (registration) => keep(this.#existing, "managed", registration, readExisting.call(host, registration)),
          }),
      report: (diagnostic) => host.report(diagnostic),
      modules: { declare: (declaration, really) => this.#module(declaration, really) },
    };
  }

  /** Answers with stand-ins for what was answered before; says nothing to anybody. */
  marked(setting: MarkedSetting): Answers {
    const answer = async (mode: RecordedResource["mode"], registration: ResourceRegistration | DataRegistration) => {
      const known = knownOf(setting.real, mode, registration);
      if (known?.answer === undefined) throw new DiagnosticError([]);
      this.#resources.set(known.address, { ...known, registration });
      return markedAnswer(setting, { ...known, answer: known.answer }, isUnwritten(known));
    };
    return {
      register: (registration) => answer("managed", registration),
      readData: (registration) => answer("data", registration),
      async readExisting(registration) {
        const known = setting.real.existing.get(addressOf("managed", registration));
        if (known?.answer === undefined) throw new DiagnosticError([]);
        return markedAnswer(setting, { ...known, answer: known.answer }, true);
      },
      report: () => undefined,
      modules: { declare: (declaration) => this.#markedModule(declaration, setting) },
    };
  }

  async #module(declaration: ModuleDeclaration, really: (declaration: ModuleDeclaration) => Promise<DeclaredModule>) {
    const inputs = new Map<string, ModuleInput>();
    const outputs = new Map<string, ModuleOutput>();
    const asked = [...declaration.inputs].map(([name, ask]): [string, () => Promise<ModuleInput>] => [
      name,
      async () => {
        const input = await ask();
        inputs.set(name, input);
        return input;
      },
    ]);
    const declared = await really({ ...declaration, inputs: new Map(asked) });
    const waitsFor = await declaration.waitsFor();
    this.#modules.set(declaration.name, { declaration, declared, waitsFor, inputs, outputs });
    return {
      ...declared,
      output: async (name: string) => {
        const output = await declared.output(name);
        if (output !== undefined) outputs.set(name, output);
        return output;
      },
    };
  }

  async #markedModule(declaration: ModuleDeclaration, { real, standIns, spelling }: MarkedSetting): Promise<DeclaredModule> {
    const known = real.modules.get(declaration.name);
    if (known === undefined) throw new DiagnosticError([]);
    const inputs = new Map<string, ModuleInput>();
    const settled = (async () => {
      for (const [name, ask] of declaration.inputs) inputs.set(name, await ask());
    })().catch(() => undefined);
    this.#modules.set(declaration.name, { ...known, declaration, inputs });
    return {
      ...known.declared,
      settled,
      output: async (name) => {
        const output = known.outputs.get(name);
        if (output === undefined) return undefined;
        const from = `module.${declaration.name}`;
        return { ...output, value: standIns.ofValue(output.value, `${from}.${name}`, from, spelling) };
      },
    };
  }
}

function markedAnswer(
  { standIns, spelling, plain }: MarkedSetting,
  known: RecordedResource & { readonly answer: RegisteredObject },
  isUnwritten: boolean,
): RegisteredObject {
  const { address, schema, answer } = known;
  if (plain.has(address)) return answer;
  return { ...answer, value: standIns.ofObject(answer.value, schema, writtenAddress(known), spelling, isUnwritten) };
}

/** Resources whose life is functions of the program: no provider of Terraform's has them. */
const DYNAMIC_TYPE = "dovetail_dynamic_resource";

/** The export has no block for it. */
export function isUnwritten({ registration }: { readonly registration: { readonly type: string } }): boolean {
  return registration.type === DYNAMIC_TYPE;
}

/** What was registered before; a data source, whose name may come from its arguments, by its place as well. */
function knownOf(
  real: Recorded,
  mode: RecordedResource["mode"],
  registration: ResourceRegistration | DataRegistration,
): RecordedResource | undefined {
  const known = real.resources.get(addressOf(mode, registration));
  if (known !== undefined || mode === "managed") return known;
  const alike = [...real.resources.values()].filter(
    (other) =>
      other.mode === mode &&
      other.registration.type === registration.type &&
      isSamePlace(other.registration.range, registration.range),
  );
  return alike.length === 1 ? alike[0] : undefined;
}

function isSamePlace(a: SourceRange | undefined, b: SourceRange | undefined): boolean {
  return a !== undefined && b !== undefined && a.file === b.file && a.line === b.line && a.column === b.column;
}

export function addressOf(mode: "managed" | "data", registration: ResourceRegistration | DataRegistration): string {
  const { type, name, module, index } = registration;
  return formatAddress({
    mode,
    type,
    name,
    ...(module === undefined ? {} : { module }),
    ...(index === undefined ? {} : { index }),
  });
}

/** `aws_sqs_queue` -> `aws`. */
export function localName(type: string): string {
  const end = type.indexOf("_");
  return end < 0 ? type : type.slice(0, end);
}
