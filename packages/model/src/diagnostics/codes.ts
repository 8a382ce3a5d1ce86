/**
 * Every diagnostic code and what kind of problem it names. A code never changes its meaning.
 * 1xxx app and components (program front end), 2xxx language, 3xxx plan, 4xxx apply and provider,
 * 5xxx state and locks, 6xxx cloud, 7xxx command line and console, 9xxx our own bugs.
 * Add a row in your range, next to its neighbours; a test wants each row used and provoked.
 */
export const CODES = {
  // 1xxx: app, program, components
  DVT1001: "No app found",
  DVT1002: "Program does not compile",
  DVT1003: "Program threw an exception",
  DVT1004: "Invalid app definition",
  DVT1005: "Unsupported argument",
  DVT1006: "Wrong argument type",
  DVT1007: "Missing required argument",
  DVT1008: "Output used as a plain value",
  DVT1009: "Reserved environment variable",
  DVT1010: "Missing build artefact",
  DVT1011: "Handler not found",
  DVT1012: "Duplicate resource name",
  DVT1013: "Cyclic dependency",
  DVT1014: "Declared stack never called",
  DVT1015: "Unknown class or function",
  DVT1016: "Unresolvable import",
  DVT1017: "No resource declared",
  DVT1018: "Missing stack configuration",
  DVT1019: "Argument given in another form",
  DVT1020: "Module missing from the archive",
  DVT1021: "Message of the program",
  DVT1022: "Text made of a missing value",
  DVT1023: "Secret read as a plain value",
  // 3xxx: plan
  DVT3001: "Invalid configuration",
  DVT3002: "Two resources own the same object",
  DVT3003: "Protected resource would be destroyed",
  DVT3004: "Unknown resource type",
  DVT3005: "Unknown provider",
  DVT3006: "Argument not carried out",
  DVT3007: "Name refused by the service",
  DVT3008: "Alarm on a metric that is never emitted",
  DVT3009: "Setting refused or without effect on AWS",
  DVT3010: "Target not found",
  DVT3011: "Dependency not registered",
  // 4xxx: apply and provider
  DVT4001: "Provider operation failed",
  DVT4002: "Apply differs from the plan",
  DVT4003: "Provider produced an inconsistent result",
  DVT4004: "Object already exists",
  DVT4005: "Waiting for the service ran out of time",
  DVT4006: "Import failed",
  DVT4007: "Stopped by an interrupt",
  DVT4008: "Not attempted because a dependency failed",
  DVT4009: "Hook failed",
  // 5xxx: state and locks
  DVT5001: "State is locked",
  DVT5002: "State file is damaged",
  DVT5003: "State belongs to something else",
  DVT5004: "Lock was lost",
  DVT5005: "State cannot be written",
  DVT5006: "Journal is damaged",
  DVT5007: "State object not found",
  DVT5008: "Plan is stale",
  // 6xxx: cloud
  DVT6001: "Cloud does not start",
  DVT6002: "Port in use",
  DVT6003: "Cloud not running",
  DVT6004: "Cloud data folder is in use",
  DVT6005: "Cloud data is damaged",
  DVT6006: "Snapshot not usable",
  // 7xxx: command line
  DVT7001: "Usage",
  DVT7002: "Invalid stage name",
  DVT7003: "Confirmation needed",
  DVT7004: "Target refused",
  DVT7005: "Stage is protected",
  DVT7006: "Not implemented",
  DVT7007: "Connection refused by policy",
  // 9xxx: bugs of ours
  DVT9001: "This is a bug in Dovetail",
} as const satisfies Record<`DVT${number}`, string>;

export type DiagnosticCode = keyof typeof CODES;
