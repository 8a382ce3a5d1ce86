// Finds and loads the handler that `_HANDLER` names, in the task root, with the errors of AWS's Node runtime.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

function runtimeError(type, message) {
  const error = new Error(message);
  error.name = type;
  return error;
}

function isModuleScope(file, root) {
  for (let folder = dirname(file); folder.startsWith(root); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      try {
        return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
      } catch {
        return false;
      }
    }
    if (folder === dirname(folder)) break;
  }
  return false;
}

async function loadModule(path, root) {
  const require = createRequire(join(root, "/"));
  if (existsSync(`${path}.js`)) {
    const file = `${path}.js`;
    return isModuleScope(file, root) ? await import(pathToFileURL(file).href) : require(file);
  }
  if (existsSync(`${path}.mjs`)) return await import(pathToFileURL(`${path}.mjs`).href);
  if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
  if (existsSync(path)) return require(path);
  throw runtimeError("Runtime.ImportModuleError", `Error: Cannot find module '${path.slice(root.length + 1)}'`);
}

/** The handler function; throws an Error whose name is AWS's `Runtime.*` type. */
export async function loadHandler(taskRoot, handlerName) {
  const parts = /^(.*\/)?([^/.]*)\.(.+)$/.exec(handlerName);
  if (parts === null) throw runtimeError("Runtime.MalformedHandlerName", "Bad handler");
  const [, folder = "", moduleName, exportPath] = parts;
  const path = resolve(taskRoot, folder, moduleName);
  if (folder.includes("..") || !path.startsWith(taskRoot + sep)) {
    throw runtimeError(
      "Runtime.MalformedHandlerName",
      `'${handlerName}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  let loaded;
  try {
    loaded = await loadModule(path, taskRoot);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw Object.assign(runtimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`), { stack: error.stack });
    const missing = error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND";
    if (missing)
      throw Object.assign(runtimeError("Runtime.ImportModuleError", `Error: ${error.message}`), { stack: error.stack });
    throw error;
  }
  const handler =
    exportPath.split(".").reduce((value, key) => value?.[key], loaded) ??
    exportPath.split(".").reduce((value, key) => value?.[key], loaded?.default);
  if (handler === undefined || handler === null)
    throw runtimeError("Runtime.HandlerNotFound", `${handlerName} is undefined or not exported`);
  if (typeof handler !== "function") throw runtimeError("Runtime.HandlerNotFound", `${handlerName} is not a function`);
  return handler;
}
