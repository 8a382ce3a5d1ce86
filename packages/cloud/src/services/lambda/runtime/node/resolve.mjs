// What the archive lacks and AWS's runtime provides: `@aws-sdk/*` and `@smithy/*` come from Dovetail's own install,
// layers from their node_modules, anything else from the project's folder where the function was given one.
import Module, { createRequire, registerHooks } from "node:module";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { OUT, send } from "./channel.mjs";

const PROVIDED = /^(@aws-sdk|@smithy|@aws-crypto|@aws)\//;
const own = import.meta.url;

function bases(layers, projects, specifier) {
  const found = layers.map((layer) => ({ from: pathToFileURL(join(layer, "nodejs", "index.js")).href, kind: "layer" }));
  if (PROVIDED.test(specifier)) found.push({ from: own, kind: "runtime" });
  return found.concat(projects.map((folder) => ({ from: pathToFileURL(join(folder, "index.js")).href, kind: "project" })));
}

const isBare = (specifier) => !/^(\.{0,2}\/|file:|node:|data:|#|\.\.?$)/.test(specifier);

function hintOnce() {
  const told = new Set();
  return (specifier, base) => {
    if (base.kind !== "project" || told.has(specifier)) return;
    told.add(specifier);
    send(
      OUT.HINT,
      `module '${specifier}' is not in the archive; it was taken from the project's folder. On AWS this import fails: bundle it or put it into a layer.`,
    );
  };
}

// `require` looks from the module that asks, whatever the context says: there the place's own resolver answers.
function resolveFrom(from, specifier, context, next) {
  if (!context.conditions?.includes("require")) return next(specifier, { ...context, parentURL: from });
  return { url: pathToFileURL(createRequire(from).resolve(specifier)).href, shortCircuit: true };
}

/** Adds the further places to both loaders (CommonJS and ES modules). */
export function extendResolution({ taskRoot, layers, projects }) {
  const tell = hintOnce();
  const inside = (url) =>
    url === undefined ||
    url.startsWith(pathToFileURL(taskRoot + sep).href) ||
    layers.some((layer) => url.startsWith(pathToFileURL(layer).href));
  if (typeof registerHooks !== "function") return extendRequire({ layers, projects, tell });
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!isBare(specifier) || !inside(context.parentURL)) throw error;
        for (const base of bases(layers, projects, specifier)) {
          try {
            const result = resolveFrom(base.from, specifier, context, next);
            tell(specifier, base);
            return result;
          } catch {
            // The next place may have it.
          }
        }
        throw error;
      }
    },
  });
}

// Node before 22.15 has no synchronous hooks: CommonJS only.
function extendRequire({ layers, projects, tell }) {
  const original = Module._resolveFilename;
  Module._resolveFilename = function resolveFilename(specifier, ...rest) {
    try {
      return original.call(this, specifier, ...rest);
    } catch (error) {
      if (!isBare(specifier)) throw error;
      for (const base of bases(layers, projects, specifier)) {
        try {
          const result = createRequire(base.from).resolve(specifier);
          tell(specifier, base);
          return result;
        } catch {
          // The next place may have it.
        }
      }
      throw error;
    }
  };
}
