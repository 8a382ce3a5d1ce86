import type { Marks } from "../values/value.ts";

/** What a message shows of an argument: the text given, or only what kind of secret it is. */
export function redacted(text: string, marks: Marks): string {
  if (marks.has("ephemeral")) return marks.has("sensitive") ? "(ephemeral sensitive value)" : "(ephemeral value)";
  return marks.has("sensitive") ? "(sensitive value)" : text;
}
