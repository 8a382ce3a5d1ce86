import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Ctx, type HttpRoutes, ServiceError } from "../../core/service.ts";
import { hotReloadCode } from "./code.ts";
import { serveFunctionUrl } from "./function-url.ts";
import { jsonAnswer, readBody, sendAnswer } from "./http-event.ts";
import { parseFunctionRef } from "./names.ts";
import { lambdaState } from "./state.ts";
import { type FunctionRecord, keys, needFunction, type UrlRecord } from "./store.ts";

/** HTTP beside the API: function URLs, code downloads, hot reload. */
const CODE = /^\/_dovetail\/lambda\/code\/([^/?]+)$/;
const HOT_RELOAD = /^\/_dovetail\/lambda\/([^/?]+)\/hot-reload$/;
const URL_HOST = /^([a-z0-9]{32})\.lambda-url\./;

const pathOf = (request: IncomingMessage) => (request.url ?? "/").split("?")[0] ?? "/";

export const lambdaHttp: HttpRoutes = {
  matches: ({ host, path }) => URL_HOST.test(host) || CODE.test(path) || HOT_RELOAD.test(path),
  async handle(ctx, request, response, endpointKey) {
    const urlId = endpointKey?.replace(/^url:/, "") ?? URL_HOST.exec(request.headers.host ?? "")?.[1];
    if (urlId !== undefined) return handleUrl(ctx, request, response, urlId);
    const code = CODE.exec(pathOf(request));
    if (code !== null) return sendCode(ctx, response, decodeURIComponent(code[1] ?? ""));
    return hotReload(ctx, request, response, decodeURIComponent(HOT_RELOAD.exec(pathOf(request))?.[1] ?? ""));
  },
};

async function handleUrl(ctx: Ctx, request: IncomingMessage, response: ServerResponse, urlId: string): Promise<void> {
  const record = ctx.snapshot((store) => store.get<UrlRecord>(keys.urlId(urlId)));
  if (record === undefined) return sendAnswer(response, jsonAnswer(403, { Message: "Forbidden" }));
  await serveFunctionUrl(ctx, ctx.with({ account: record.account, region: record.region }), record, request, response);
}

/** Only archives of functions and layers that exist can be asked for. */
function sendCode(ctx: Ctx, response: ServerResponse, blobKey: string): void {
  const isOurs = ctx.snapshot((store) => {
    for (const collection of ["function", "version", "layer"]) {
      for (const { value } of store.range<FunctionRecord>({ prefix: [collection] }))
        if (value.code.blobKey === blobKey) return true;
    }
    return false;
  });
  if (!isOurs) {
    sendAnswer(response, jsonAnswer(404, { Message: "Not Found" }));
    return;
  }
  response.setHeader("content-type", "application/zip");
  createReadStream(ctx.blobs.path(blobKey))
    .on("error", () => response.destroy())
    .pipe(response);
}

/**
 * `PUT {path}`: the function runs from that folder from now on, and every change of a file in it is served by the next invocation; a repeated
 * PUT makes sure of the latter. `DELETE`: it runs the code again that it was deployed with.
 */
async function hotReload(ctx: Ctx, request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  try {
    const ref = parseFunctionRef(ctx, name);
    const path = request.method === "DELETE" ? undefined : await folderOf(request);
    const folder = path === undefined ? undefined : hotReloadCode(path).code;
    ctx.transact((store) => {
      const record = needFunction(store, ref);
      const deployed = record.code.deployed ?? (record.code.hotReloadPath === undefined ? record.code : undefined);
      const code = folder === undefined ? (deployed ?? record.code) : { ...folder, ...(deployed && { deployed }) };
      store.put(keys.function(ref, ref.name), { ...record, code } satisfies FunctionRecord);
    });
    lambdaState(ctx).pool.discard((spec) => spec.functionName === ref.name && spec.version === "$LATEST");
    sendAnswer(response, jsonAnswer(200, { function: ref.name, ...(path === undefined ? {} : { path }) }));
  } catch (error) {
    const status = error instanceof ServiceError ? error.status : 400;
    sendAnswer(response, jsonAnswer(status, { message: error instanceof Error ? error.message : String(error) }));
  }
}

async function folderOf(request: IncomingMessage): Promise<string> {
  const body: unknown = JSON.parse((await readBody(request, 65_536)).toString("utf8"));
  return typeof body === "object" && body !== null && "path" in body && typeof body.path === "string" ? body.path : "";
}
