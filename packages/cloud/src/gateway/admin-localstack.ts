/** The paths that LocalStack users have in their scripts (LocalStack documentation, "Internal endpoints" and the services' retrospection endpoints). */
import { INIT_STAGES, type InitReport } from "../core/init-report.ts";
import type { Runtime } from "../core/runtime.ts";
import { SERVICES } from "../core/services.ts";
import type { AdminHandler, AdminTable } from "./admin-route.ts";
import type { RequestView } from "./http-view.ts";
import { VERSION } from "./version.ts";

/**
 * LocalStack names a service `available` before and `running` after its first use. Scripts wait for s3, sts or iam to be available, and a cloud here
 * may have been used by an earlier run: those stay so.
 */
function health(runtime: Runtime) {
  const services: Record<string, string> = {};
  for (const { name } of SERVICES) services[name] = runtime.loaded(name) === undefined ? "available" : "running";
  for (const name of ["s3", "sts", "iam"]) services[name] = "available";
  return { services, edition: "dovetail", version: VERSION };
}

/** The form of LocalStack's `/_aws/ses`. */
function sesMessages(runtime: Runtime, view: RequestView) {
  const id = view.query.get("id");
  const messages = runtime.mailbox
    .list({ kind: "email" })
    .filter((mail) => (view.query.get("email") ?? mail.from) === mail.from && (id === null || String(mail.id) === id));
  return messages.map((mail) => ({
    Id: String(mail.id),
    Region: mail.region,
    Source: mail.from,
    Destination: { ToAddresses: [mail.to] },
    Subject: mail.subject ?? "",
    Body: { text_part: mail.body, html_part: mail.html ?? null },
    Timestamp: new Date(mail.atMs).toISOString(),
  }));
}

/** The form of LocalStack's `/_aws/sns/sms-messages`: by phone number. */
function smsMessages(runtime: Runtime, view: RequestView) {
  const region = view.query.get("region") ?? runtime.region;
  const account = view.query.get("accountId") ?? runtime.accountId;
  const number = view.query.get("phoneNumber");
  const messages: Record<string, object[]> = {};
  for (const mail of runtime.mailbox.list({ kind: "sms" })) {
    if (mail.region !== region || mail.account !== account || (number !== null && mail.to !== number)) continue;
    messages[mail.to] ??= [];
    messages[mail.to]?.push({
      PhoneNumber: mail.to,
      TopicArn: null,
      SubscriptionArn: null,
      MessageId: String(mail.id),
      Message: mail.body,
      MessageAttributes: {},
      MessageStructure: null,
      Subject: mail.subject ?? null,
    });
  }
  return { sms_messages: messages, region };
}

function initRoutes(report: InitReport): AdminTable {
  const table: Record<string, AdminHandler> = {
    "GET /_localstack/init": () => ({ json: { completed: report.completed, scripts: report.scripts } }),
  };
  for (const stage of INIT_STAGES)
    table[`GET /_localstack/init/${stage.toLowerCase()}`] = () => ({
      json: { completed: report.completed[stage], scripts: report.scripts.filter((script) => script.stage === stage) },
    });
  return table;
}

/** `POST /_localstack/state/<service>/reset`. */
function serviceResets(runtime: Runtime): AdminTable {
  const table: Record<string, AdminHandler> = {};
  for (const { name } of SERVICES)
    table[`POST /_localstack/state/${name}/reset`] = async () => {
      await runtime.resetService(name);
      return { json: {} };
    };
  return table;
}

export function localstackRoutes(
  runtime: Runtime,
  init: InitReport,
  common: { readonly reset: AdminHandler; readonly stop: AdminHandler },
): AdminTable {
  const info = {
    version: VERSION,
    edition: "dovetail",
    is_license_activated: false,
    session_id: String(process.pid),
    machine_id: "local",
    system: process.platform,
    is_docker: false,
  };
  const noMail =
    (kind: "email" | "sms"): AdminHandler =>
    () => {
      runtime.mailbox.clear(kind);
      return { status: 204 };
    };
  return {
    ...initRoutes(init),
    ...serviceResets(runtime),
    "GET /_localstack/health": () => ({ json: health(runtime) }),
    "HEAD /_localstack/health": () => ({ json: health(runtime) }),
    "POST /_localstack/health": async (request) => {
      if (request.body.action === "kill") return common.stop(request);
      if (request.body.action === "restart") return common.reset(request);
      return { status: 400, json: { message: "action is restart or kill" } };
    },
    "GET /_localstack/info": () => ({
      json: {
        ...info,
        server_time_utc: new Date(runtime.clock.now()).toISOString().slice(0, 19),
        uptime: Math.floor(process.uptime()),
      },
    }),
    "GET /_localstack/config": () => ({ json: {} }),
    "GET /_localstack/plugins": () => ({ json: {} }),
    "GET /_localstack/usage": () => ({ json: {} }),
    "GET /_localstack/diagnose": () => ({ json: { version: info, services: health(runtime).services, hints: runtime.hints } }),
    "POST /_localstack/state/reset": common.reset,
    "POST /moto-api/reset": common.reset,
    "GET /_aws/ses": ({ view }) => ({ json: { messages: sesMessages(runtime, view) } }),
    "DELETE /_aws/ses": noMail("email"),
    "GET /_aws/sns/sms-messages": ({ view }) => ({ json: smsMessages(runtime, view) }),
    "DELETE /_aws/sns/sms-messages": noMail("sms"),
  };
}
