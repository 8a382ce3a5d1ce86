import { readFile } from "node:fs/promises";
import { CODES, DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import { textAt } from "../attribute-map.ts";

/** An object's content: a file's, a text, or bytes in base64; empty where none is given. Throws DVT1010 for a file that cannot be read. */
export async function bodyOf(planned: ValueObject): Promise<Uint8Array> {
  const source = textAt(planned, "source");
  if (source !== undefined) return readSource(source);
  const base64 = textAt(planned, "content_base64");
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return Buffer.from(textAt(planned, "content") ?? "");
}

async function readSource(source: string): Promise<Uint8Array> {
  try {
    return await readFile(source);
  } catch (error) {
    const detail = `The object's source file ${source} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    const fix = "Build or write the file before the deploy, or correct the path.";
    throw new DiagnosticError(errorDiagnostic("DVT1010", CODES.DVT1010, { detail, attribute: "source", fix }), { cause: error });
  }
}
