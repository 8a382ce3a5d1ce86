/** A process that serves our utility providers to the real terraform: prints the value of `TF_REATTACH_PROVIDERS`, ends with its input. */
import { systemClock, systemRandom } from "@dovetail/model";
import { serveProvider } from "@dovetail/provider-plugin";
import { createUtilityProvider } from "@dovetail/provider-utilities";

const names = process.argv.slice(2);
const served = await Promise.all(
  names.map((name) =>
    serveProvider(() => createUtilityProvider(name, { clock: systemClock(), random: systemRandom() }), process.pid),
  ),
);
const entries = served.map(({ reattach }, i) => [`registry.terraform.io/hashicorp/${names[i]}`, reattach]);
console.log(JSON.stringify(Object.fromEntries(entries)));
process.stdin.on("end", () => process.exit(0)).resume();
