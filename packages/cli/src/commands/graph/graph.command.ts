import { DiagnosticError } from "@dovetail/model";
import { type Command, EXIT } from "../../command.ts";
import { STATE_OPTIONS } from "../../option-definitions.ts";
import { usageError } from "../../parse.ts";
import { openSession } from "../../session.ts";

export const graphCommand: Command = {
  name: "graph",
  summary: "Draw a Terraform root's resources and what each is made after, in Graphviz's language",
  options: STATE_OPTIONS,
  async run(invocation) {
    const session = await openSession(invocation, { command: "graph", startCloud: false, validating: true });
    try {
      const { configuration, providers } = session;
      if (configuration === undefined) throw usageError(graphCommand, "this folder is no Terraform root");
      const { configurationGraph } = await import("@dovetail/terraform");
      const graph = await configurationGraph(configuration.tree, async ({ kind, provider: name, type }) => {
        const of = kind === "ephemeral" ? "resource" : kind;
        const provider = (await providers.unconfigured?.(name, of, type)) ?? (await providers.provider(name)).provider;
        const schema = kind === "ephemeral" ? provider.getEphemeralSchema?.(type) : provider.getSchema(of, type);
        if (schema === undefined && kind !== "provider") throw new DiagnosticError([]);
        return schema ?? {};
      });
      invocation.terminal.out(graph);
      return EXIT.done;
    } finally {
      await session.close();
    }
  },
};
