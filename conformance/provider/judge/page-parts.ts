/** What each judgement of the page is, in words. */
import type { Part } from "./report.ts";

type Words = Pick<Part, "title" | "about" | "line" | "lineOf">;

export const PLANS: Words = {
  title: "Plans, schemas, states and import ids",
  about: [
    "Both providers run behind the same contract in one process. A row is a configuration, or a change from one to another. Compared are refusals",
    "(words and attribute), planned values and unknowns, and what replaces; schemas with their sensitive marks, states of older schema versions,",
    "and forms of import ids.",
  ],
  line: "type",
};

export const BODIES: Words = {
  title: "What Terraform's core refuses, and what it passes on",
  about: [
    "A row is the body of a resource that does not fit its type's schema: arguments and blocks that are not there, misspelt, missing, null, only",
    "computed, of another type, too many. `terraform validate` and `dovetail validate` read the same files in native syntax and must tell the same",
    "errors at the same place, those of the core and those of the provider. Of several near names Terraform suggests one by chance: any will do.",
  ],
  line: "of",
  lineOf: ({ type }) => (type.startsWith("aws_") ? "resource types" : "without a place"),
};

export const LIVES: Words = {
  title: "Lives of objects",
  about: [
    "Each object is planned, made, read by the other provider, planned again, changed, imported and deleted by both providers, each in a cloud of",
    "its own; data sources are read by both.",
  ],
  line: "of",
  lineOf: ({ type, row }) =>
    type.startsWith("data ") ? "data sources" : row.startsWith("end of ") ? "objects, deleted" : "objects, made and changed",
};

export const ON_MOTO: Words = {
  title: "Lives on moto",
  about: [
    "`npm run conformance:provider -- --moto`: the same lives with moto as the cloud, a server of it for each provider, for the services that moto has.",
    "A reason covers a row as a whole.",
  ],
  line: "of",
  lineOf: LIVES.lineOf,
};

export const EDITION_6: Words = {
  title: "Edition 6.66 beside edition 5.100",
  about: [
    "The provider 6.66 is not on the machine that judges: our provider presents its schema. The same objects live under our engine with both editions",
    "(validated, applied, refreshed, planned again, imported, destroyed), and what both schemas have must be the same in both.",
  ],
  line: "edition",
  lineOf: ({ type, row }) => (type === "cloud" ? row : row.slice(0, row.indexOf(": "))),
};

export const WAYS: Words = {
  title: "The same objects four ways",
  about: [
    "{our engine, terraform} × {our provider, the real one}, each with a cloud of its own: validated, applied, refreshed, planned again, imported,",
    "destroyed. What each step says, each object of the state, and what the cloud holds and is left with is held against terraform with the real",
    "provider.",
  ],
  line: "way",
  lineOf: ({ type, row }) => (type === "cloud" ? row : row.slice(0, row.indexOf(": "))),
};
