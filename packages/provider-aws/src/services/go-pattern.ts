import { failedRead } from "./not-found.ts";

/** A Go regular expression of a configuration (`name_regex`); its flags stand at its head: `(?i)`. Throws for one that is none. */
export function goPattern(attribute: string, text: string): RegExp {
  const [, flags = "", source = text] = /^\(\?([ims]+)\)(.*)$/s.exec(text) ?? [];
  try {
    return new RegExp(source, `${flags}u`);
  } catch (error) {
    throw failedRead(`${attribute} is no regular expression: ${error instanceof Error ? error.message : String(error)}`);
  }
}
