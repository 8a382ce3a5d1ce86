/**
 * A provider binary for the tests: go-plugin's handshake and our own server behind it. What it does is told by its environment:
 * `PLUGIN_DOES` = `serve`, `die` (during apply), `silent` (no handshake), `nonsense`, `refuse` (ends at once), `old` (protocol 4).
 */
import { type ResourceSchema, UNKNOWN, type ValueObject, warningDiagnostic } from "@dovetail/model";
import type { Provider } from "@dovetail/provider";
import { serveProvider } from "../src/index.ts";

const does = process.env.PLUGIN_DOES ?? "serve";

const provider: Provider = {
  source: "example.com/test/thing",
  version: "1.2.3",
  getSchema(kind, type): ResourceSchema | undefined {
    if (kind === "provider") return { attributes: { token: { type: "string", optional: true, sensitive: true } } };
    if (kind === "data") return type === "thing_echo" ? { attributes: { any: { type: "dynamic", optional: true } } } : undefined;
    if (type !== "thing_box") return undefined;
    return {
      version: 2,
      attributes: {
        id: { type: "string", computed: true },
        name: { type: "string", required: true },
        size: { type: "number", optional: true },
        secret: { type: "string", optional: true, sensitive: true },
        once: { type: "string", optional: true, write_only: true },
        labels: { type: ["map", "string"], optional: true },
        nested: {
          nested_type: { nesting: "list", attributes: { a: { type: "bool", optional: true } } },
          optional: true,
        },
      },
      blocks: {
        part: { nesting: "set", attributes: { n: { type: "number", required: true } }, max: 3 },
        one: { nesting: "single", attributes: { x: { type: ["object", { y: "string" }], optional: true } } },
      },
    };
  },
  listTypes: (kind) => (kind === "resource" ? ["thing_box"] : kind === "data" ? ["thing_echo"] : []),
  configure: async (config) =>
    config.token === "bad" ? [{ severity: "error", code: "DVT3001", summary: "Bad token", attribute: "token" }] : [],
  validateConfig: (_kind, _type, config) =>
    config.name === ""
      ? [{ severity: "error", code: "DVT3001", summary: "Empty name", detail: "It must not be empty.", attribute: "name" }]
      : [],
  planChange: async ({ prior, proposed }) => ({
    planned: proposed === null ? null : { ...proposed, id: prior?.id ?? UNKNOWN },
    requiresReplace: prior !== null && proposed !== null && prior.name !== proposed.name ? [["name"], ["part", 0, "n"]] : [],
    plannedPrivate: "kept",
    diagnostics: [warningDiagnostic("DVT3001", "Careful")],
  }),
  async applyChange({ planned, plannedPrivate }) {
    if (does === "die") {
      process.stderr.write("panic: out of paper\n");
      process.exit(2);
    }
    return {
      state: planned === null ? null : { ...planned, id: `made-${plannedPrivate}`, once: null },
      private: "after",
      diagnostics: [],
    };
  },
  read: async ({ state }) => ({ state: state.name === "gone" ? null : state, diagnostics: [] }),
  importState: async (type, id) => ({ imported: [{ type, state: { id, name: id } as ValueObject }], diagnostics: [] }),
  upgradeState: async (_type, version, state) => ({
    state: { ...state, name: `${String(state.name)}-from-${version}` },
    diagnostics: [],
  }),
  readData: async (_type, config) => ({ state: config, diagnostics: [] }),
  close: async () => {},
};

if (does === "refuse") process.exit(3);
else if (does === "nonsense") console.log("Usage: plugin [flags]");
else if (does === "old") console.log("1|4|unix|/nowhere|netrpc");
else if (does !== "silent") {
  const { reattach } = await serveProvider(() => provider, process.pid);
  console.log(`1|6|tcp|${reattach.Addr.String}|grpc|`);
}
setInterval(() => {}, 60_000);
