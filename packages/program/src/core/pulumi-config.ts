import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { evaluationOf } from "./custom-resource.ts";
import { type OutputMethods, toOutput } from "./output.ts";

/** `pulumi.Config`: values of `Pulumi.yaml` and `Pulumi.<stage>.yaml` beside the config file, and over them those of the variable PULUMI_CONFIG (JSON). */
export class Config {
  readonly name: string;
  readonly #evaluation: Evaluation;

  constructor(name?: string) {
    this.#evaluation = evaluationOf(new.target);
    this.name = name ?? this.#evaluation.setting.app.name;
  }

  /** As Pulumi does, a secret that is asked for as a plain value is given, with a word about it. */
  get(key: string): string | undefined {
    this.#warnOfSecret(key);
    return this.#text(key);
  }

  getBoolean(key: string): boolean | undefined {
    this.#warnOfSecret(key);
    return this.#boolean(key);
  }

  getNumber(key: string): number | undefined {
    this.#warnOfSecret(key);
    return this.#number(key);
  }

  getObject(key: string): unknown {
    this.#warnOfSecret(key);
    return this.#object(key);
  }

  #value(key: string): unknown {
    return this.#evaluation.setting.stackConfig().get(`${this.name}:${key}`)?.value;
  }

  #text(key: string): string | undefined {
    const value = this.#value(key);
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  }

  #boolean(key: string): boolean | undefined {
    const text = this.#text(key);
    if (text === undefined || text === "true" || text === "false") return text === undefined ? undefined : text === "true";
    throw this.#wrongType(key, "true or false", text);
  }

  #number(key: string): number | undefined {
    const text = this.#text(key);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (text.trim() === "" || Number.isNaN(number)) throw this.#wrongType(key, "a number", text);
    return number;
  }

  #object(key: string): unknown {
    const value = this.#value(key);
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw this.#wrongType(key, "JSON", value);
    }
  }

  getSecret(key: string): OutputMethods | undefined {
    return this.#secret(this.#text(key));
  }
  getSecretBoolean(key: string): OutputMethods | undefined {
    return this.#secret(this.#boolean(key));
  }
  getSecretNumber(key: string): OutputMethods | undefined {
    return this.#secret(this.#number(key));
  }
  getSecretObject(key: string): OutputMethods | undefined {
    return this.#secret(this.#object(key));
  }

  require(key: string): string {
    return this.#required(key, this.get(key));
  }
  requireBoolean(key: string): boolean {
    return this.#required(key, this.getBoolean(key));
  }
  requireNumber(key: string): number {
    return this.#required(key, this.getNumber(key));
  }
  requireObject(key: string): unknown {
    return this.#required(key, this.getObject(key));
  }
  requireSecret(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.#required(key, this.#text(key)), true);
  }
  requireSecretBoolean(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.#required(key, this.#boolean(key)), true);
  }
  requireSecretNumber(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.#required(key, this.#number(key)), true);
  }
  requireSecretObject(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.#required(key, this.#object(key)), true);
  }

  #warnOfSecret(key: string): void {
    const { stackConfig, places } = this.#evaluation.setting;
    if (stackConfig().get(`${this.name}:${key}`)?.isSecret !== true) return;
    const range = places.here();
    this.#evaluation.report(
      warningDiagnostic("DVT1023", "Secret read as a plain value", {
        detail: `The configuration value "${this.name}:${key}" is a secret; read like this it is not treated as one from here on.`,
        fix: "Use getSecret, requireSecret and their like: they give an Output that stays secret.",
        ...(range ? { range } : {}),
      }),
    );
  }

  #secret(value: unknown): OutputMethods | undefined {
    return value === undefined ? undefined : toOutput(this.#evaluation, value, true);
  }

  #required<T>(key: string, value: T | undefined): T {
    if (value !== undefined) return value;
    const { app, places } = this.#evaluation.setting;
    const range = places.here();
    throw new DiagnosticError(
      errorDiagnostic("DVT1018", "Missing stack configuration", {
        detail: `The program needs the configuration value "${this.name}:${key}", and stage "${app.stage}" does not set it.`,
        fix: `Set it in Pulumi.${app.stage}.yaml beside the config file:\n    config:\n      ${this.name}:${key}: <value>`,
        ...(range ? { range } : {}),
      }),
    );
  }

  #wrongType(key: string, wanted: string, text: string): DiagnosticError {
    const range = this.#evaluation.setting.places.here();
    return new DiagnosticError(
      errorDiagnostic("DVT1006", "Wrong argument type", {
        detail: `The configuration value "${this.name}:${key}" must be ${wanted}, but it is ${JSON.stringify(text)}.`,
        ...(range ? { range } : {}),
      }),
    );
  }
}
