/** IDs of versions: opaque to clients. Here they tell where a version stands among its key's, so that none has to be looked for. */
import { type Random, randomString } from "@dovetail/model";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
const CHARACTERS = 32;
/** Nine characters of six bits hold every sequence: microseconds. */
const SEQUENCE_CHARACTERS = 9;
const PATTERN = /^[A-Za-z0-9._]{32}$/;

export function newVersionId(random: Random, sequence: number): string {
  let text = "";
  let left = sequence;
  for (let i = 0; i < SEQUENCE_CHARACTERS; i++) {
    text += ALPHABET[left % ALPHABET.length] ?? "";
    left = Math.floor(left / ALPHABET.length);
  }
  return text + randomString(random, CHARACTERS - SEQUENCE_CHARACTERS, ALPHABET);
}

/** The sequence of the version that was given the ID; undefined for what cannot be one of ours. A replica has its source's ID and a sequence of its own. */
export function sequenceIn(versionId: string): number | undefined {
  if (!PATTERN.test(versionId)) return undefined;
  let sequence = 0;
  for (let i = SEQUENCE_CHARACTERS - 1; i >= 0; i--) sequence = sequence * ALPHABET.length + ALPHABET.indexOf(versionId[i] ?? "");
  return sequence;
}
