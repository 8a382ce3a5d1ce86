/** docs/types.md: the resource types and data sources that Dovetail carries out itself, from the providers' own tables. */
import { systemClock, systemRandom } from "@dovetail/model";
import { createSchemaStore, DATA_SOURCES, type Edition, RESOURCES } from "@dovetail/provider-aws";
import { createUtilityProvider, UTILITY_PROVIDERS } from "@dovetail/provider-utilities";

const EDITIONS: readonly Edition[] = ["5.100.0", "6.66.0"];
const REAL = "served by the real provider's binary, where this machine has one";

export function typesPage(): string {
  const stores = EDITIONS.map((edition) => ({ edition, store: createSchemaStore(edition) }));
  const row = (kind: "resource" | "data", native: readonly string[]) =>
    stores.map(({ edition, store }) => {
      const all = store.list(kind);
      const ours = native.filter((type) => all.includes(type)).length;
      return `| ${edition} | ${kind === "data" ? "data sources" : "resource types"} | ${ours} | ${all.length - ours} |`;
    });
  const list = (kind: "resource" | "data", native: readonly string[]) =>
    [...native].sort().map((type) => {
      const having = stores.filter(({ store }) => store.get(kind, type) !== undefined).map(({ edition }) => edition);
      return `- \`${type}\`${having.length === EDITIONS.length ? "" : ` (${having.join(", ")} only)`}`;
    });
  const [resources, data] = [Object.keys(RESOURCES), Object.keys(DATA_SOURCES)];
  return `${[
    "# Types",
    "",
    "Generated from the providers' tables by `npm run gen`. What is not here is served by a hosted provider: [working beside Terraform](working-beside-terraform.md).",
    "",
    `| edition of \`hashicorp/aws\` | | native | ${REAL} |`,
    "| --- | --- | --- | --- |",
    ...row("resource", resources),
    ...row("data", data),
    "",
    "## hashicorp/aws: resource types",
    "",
    ...list("resource", resources),
    "",
    "## hashicorp/aws: data sources",
    "",
    ...list("data", data),
    "",
    ...utilities(),
  ].join("\n")}\n`;
}

function utilities(): readonly string[] {
  return UTILITY_PROVIDERS.flatMap((name) => {
    const provider = createUtilityProvider(name, { clock: systemClock(), random: systemRandom() });
    const types = provider.listTypes("resource").map((type) => `- \`${type}\``);
    const data = provider.listTypes("data").map((type) => `- \`${type}\` (data source)`);
    return [`## ${name === "terraform" ? "terraform (built in)" : `hashicorp/${name}`}`, "", ...types, ...data, ""];
  }).slice(0, -1);
}
