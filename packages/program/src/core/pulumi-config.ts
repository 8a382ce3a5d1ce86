import { DiagnosticError, errorDiagnostic } from "@dovetail/model";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { evaluationOf } from "./custom-resource.ts";
import { type OutputMethods, toOutput } from "./output.ts";

/** `pulumi.Config`: values of `Pulumi.<stage>.yaml` beside the config file, and over them those of the variable PULUMI_CONFIG (JSON). */
export class Config {
  readonly name: string;
  readonly #evaluation: Evaluation;

  constructor(name?: string) {
    this.#evaluation = evaluationOf(new.target);
    this.name = name ?? this.#evaluation.setting.app.name;
  }

  get(key: string): string | undefined {
    const value = this.#evaluation.setting.stackConfig().get(`${this.name}:${key}`);
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  }

  getBoolean(key: string): boolean | undefined {
    const text = this.get(key);
    if (text === undefined || text === "true" || text === "false") return text === undefined ? undefined : text === "true";
    throw this.#wrongType(key, "true or false", text);
  }

  getNumber(key: string): number | undefined {
    const text = this.get(key);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (text.trim() === "" || Number.isNaN(number)) throw this.#wrongType(key, "a number", text);
    return number;
  }

  getObject(key: string): unknown {
    const value = this.#evaluation.setting.stackConfig().get(`${this.name}:${key}`);
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw this.#wrongType(key, "JSON", value);
    }
  }

  getSecret(key: string): OutputMethods | undefined {
    return this.#secret(this.get(key));
  }
  getSecretBoolean(key: string): OutputMethods | undefined {
    return this.#secret(this.getBoolean(key));
  }
  getSecretNumber(key: string): OutputMethods | undefined {
    return this.#secret(this.getNumber(key));
  }
  getSecretObject(key: string): OutputMethods | undefined {
    return this.#secret(this.getObject(key));
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
    return toOutput(this.#evaluation, this.require(key), true);
  }
  requireSecretBoolean(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.requireBoolean(key), true);
  }
  requireSecretNumber(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.requireNumber(key), true);
  }
  requireSecretObject(key: string): OutputMethods {
    return toOutput(this.#evaluation, this.requireObject(key), true);
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
