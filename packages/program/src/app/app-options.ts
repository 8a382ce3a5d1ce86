import { type Diagnostic, DiagnosticError, errorDiagnostic, type SourceRange, warningDiagnostic } from "@dovetail/model";

/** What `app()` returned, checked. */
export interface AppOptions {
  readonly name: string;
  readonly stage: string;
  readonly removal: "remove" | "retain" | "retain-all" | undefined;
  readonly protect: boolean;
  readonly home: string;
  /** Provider package -> its arguments; a plain version string is `{ version }`. */
  readonly providers: { readonly [name: string]: { readonly [argument: string]: unknown } };
  readonly version: string | undefined;
  readonly watch: unknown;
  readonly targets: { readonly [stage: string]: string };
}

const KNOWN = new Set([
  "name",
  "stage",
  "removal",
  "protect",
  "home",
  "providers",
  "version",
  "watch",
  "targets",
  "state",
  "types",
  "backend",
  "removalPolicy",
  "console",
]);
const REMOVALS = ["remove", "retain", "retain-all"];

/**
 * Checks what `app()` returned; SST's rules for names.
 * @throws DiagnosticError DVT1004 with everything that is wrong
 */
export function checkAppOptions(
  returned: unknown,
  stage: string,
  range: SourceRange | undefined,
): { options: AppOptions; warnings: readonly Diagnostic[] } {
  const place = range ? { range } : {};
  const errors: Diagnostic[] = [];
  const wrong = (detail: string, fix: string) =>
    errors.push(errorDiagnostic("DVT1004", "Invalid app definition", { detail, fix, ...place }));
  if (typeof returned !== "object" || returned === null) {
    wrong("app() must return an object with the app's name.", 'Return for example { name: "my-app", home: "aws" }.');
    throw new DiagnosticError(errors);
  }
  const app = returned as { readonly [key: string]: unknown };
  checkNames(app, stage, wrong);
  if (app.removal !== undefined && !REMOVALS.includes(String(app.removal)))
    wrong(`"removal" must be "remove", "retain" or "retain-all", not ${JSON.stringify(app.removal)}.`, "Use one of these.");
  if (app.removalPolicy !== undefined) wrong('The "removalPolicy" has been renamed to "removal".', 'Rename it to "removal".');
  if (app.protect !== undefined && typeof app.protect !== "boolean")
    wrong('"protect" must be true or false.', "Use true or false.");
  const providers = readProviders(app.providers, wrong);
  if (errors.length > 0) throw new DiagnosticError(errors);
  const warnings = Object.keys(app)
    .filter((key) => !KNOWN.has(key))
    .map((key) =>
      warningDiagnostic("DVT1004", "Invalid app definition", {
        detail: `app() has no option "${key}"; it has no effect.`,
        ...place,
      }),
    );
  return { options: optionsOf(app, stage, providers), warnings };
}

function optionsOf(app: { readonly [key: string]: unknown }, stage: string, providers: AppOptions["providers"]): AppOptions {
  const targets = typeof app.targets === "object" && app.targets !== null ? (app.targets as { [stage: string]: string }) : {};
  return {
    name: String(app.name),
    stage: typeof app.stage === "string" ? app.stage : stage,
    removal: app.removal as AppOptions["removal"],
    protect: app.protect === true,
    home: typeof app.home === "string" ? app.home : "local",
    providers,
    version: typeof app.version === "string" ? app.version : undefined,
    watch: app.watch,
    targets,
  };
}

function checkNames(
  app: { readonly [key: string]: unknown },
  stage: string,
  wrong: (detail: string, fix: string) => unknown,
): void {
  const { name } = app;
  if (typeof name !== "string" || name === "") wrong("The app has no name.", 'Return { name: "my-app" } from app().');
  else if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(name)) {
    wrong(
      `The app name "${name}" is invalid. An app name can only contain alphanumeric characters and hyphens, and starts with a letter.`,
      "Choose another name.",
    );
  }
  const effective = typeof app.stage === "string" ? app.stage : stage;
  if (!/^[a-zA-Z0-9-]+$/.test(effective)) {
    wrong(
      `The stage name "${effective}" is invalid. It can only contain alphanumeric characters and hyphens.`,
      "Choose another stage.",
    );
  }
}

function readProviders(given: unknown, wrong: (detail: string, fix: string) => unknown): AppOptions["providers"] {
  if (given === undefined || given === null) return {};
  if (typeof given !== "object" || Array.isArray(given)) {
    wrong(
      '"providers" must be an object: provider name to version or arguments.',
      'For example { aws: { region: "eu-central-1" } }.',
    );
    return {};
  }
  const providers: [string, { readonly [argument: string]: unknown }][] = [];
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "string") providers.push([name, { version: value }]);
    else if (typeof value === "object" && value !== null)
      providers.push([name, value as { readonly [argument: string]: unknown }]);
    else if (value === true)
      wrong(
        `The provider "${name}" is set to true; a provider needs a version or its arguments.`,
        `Write the version: ${name}: "x.y.z".`,
      );
  }
  return Object.fromEntries(providers);
}
