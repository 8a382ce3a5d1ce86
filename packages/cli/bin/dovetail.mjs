#!/usr/bin/env node
// Finds a Node that can run us (>= 22.18) and the build, if there is one. Plain JavaScript that any Node from 18 on can read.
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const built = join(here, "../../../dist/dovetail.js");
const entry = existsSync(built) && process.env.DOVETAIL_SOURCES !== "1" ? built : join(here, "../src/main.ts");

if (major > 22 || (major === 22 && minor >= 18)) {
  // V8's code cache of what was compiled before: a third of a short command's time.
  module.enableCompileCache?.();
  await import(entry);
} else {
  const { spawn } = await import("node:child_process");
  let node;
  try {
    node = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin/node");
  } catch {
    console.error(
      `dovetail needs Node 22.18 or newer; this is ${process.versions.node}. Install it, or add the npm package "node" to the project.`,
    );
    process.exit(1);
  }
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: "inherit" });
  // It decides what an interrupt means, and we end when it does; one that reaches both of us counts once there.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`dovetail cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  });
}
