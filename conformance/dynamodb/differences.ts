/** Where DynamoDB Local's texts differ from ours. Ours are the service's as we remember its answers; they were not recorded from it. */
export const EXPLAINED: readonly { readonly local: RegExp; readonly ours: RegExp; readonly why: string }[] = [
  { local: /required keys was not given a value/, ours: /Missing the key \w+ in the item/, why: "the service names the key" },
  { local: /Type mismatch for key/, ours: /Type mismatch for key \w+ expected/, why: "the service names key and types" },
  {
    local: /number of conditions on the keys is invalid|Type mismatch for key/,
    ours: /provided key element does not match the schema/,
    why: "the service's text for Key",
  },
  {
    local: /Type mismatch for Index Key/,
    ours: /Type mismatch for Index Key \w+ Expected/,
    why: "the service names index and types",
  },
  { local: /only supports precision up to 38 digits/, ours: /more than 38 significant digits/, why: "the service's text" },
  { local: /cannot be converted into a number/, ours: /cannot be converted to a numeric value/, why: "the service's text" },
  { local: /contains duplicates/, ours: /contains duplicates/, why: "a full stop" },
  {
    local: /conditional request failed|does not exist in the item|incorrect data type|invalid for update/,
    ours: /This attribute is part of the key/,
    why: "the request is checked before the item is",
  },
  {
    local: /lower bound operand.*\{N:|upper bound operand.*\{N:/,
    ours: /lower bound operand/,
    why: "DynamoDB Local quotes numbers as sent, the service as normalised",
  },
];
