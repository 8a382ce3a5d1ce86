import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpSender, type NetworkSettings } from "./http.ts";
import { proxyOf } from "./proxy.ts";
import type { HttpRequest } from "./request.ts";

let folder = "";
let secure: SecureServer;
let proxy: Server;
const seen: string[] = [];
const portOf = (server: Server | SecureServer) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dovetail-network-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=aws.test", "-addext", "subjectAltName=DNS:aws.test,IP:127.0.0.1"];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
      "-keyout",
      key,
      "-out",
      cert,
      ...subject,
    ],
    { stdio: "ignore" },
  );
  secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
    response.end("secret"),
  );
  proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    response.end("through");
  });
  proxy.on("connect", (request: IncomingMessage, socket, head) => {
    seen.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    if (request.url?.startsWith("refused.test")) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const onward = connect(portOf(secure), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  for (const server of [secure, proxy]) await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  for (const server of [secure, proxy]) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true, force: true });
});

async function ask(network: NetworkSettings, url: string): Promise<string> {
  const { protocol, hostname, port } = new URL(url);
  const request: HttpRequest = {
    protocol,
    hostname,
    ...(port === "" ? {} : { port: Number(port) }),
    method: "GET",
    path: "/a",
    query: { b: "c" },
    headers: { host: hostname },
  };
  const sender = createHttpSender(network);
  try {
    return (await sender.send(request)).body.toString();
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  } finally {
    sender.close();
  }
}

const trusted = () => ({ ca: async () => readFileSync(join(folder, "cert.pem"), "utf8") });
const own = () => `https://127.0.0.1:${portOf(secure)}`;
const through = (user = "") => `http://${user}127.0.0.1:${portOf(proxy)}`;

describe("trust", () => {
  it("a certificate that nobody vouches for is refused, unless it is given or nothing is checked", async () => {
    expect(await ask({}, own())).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(await ask(trusted(), own())).toBe("secret");
    expect(await ask({ isInsecure: true }, own())).toBe("secret");
  });

  it("a file that is not there is told", async () => {
    expect(await ask({ ca: async () => readFileSync(join(folder, "none"), "utf8") }, own())).toBe("ENOENT");
  });
});

describe("proxies", () => {
  it("a TLS connection goes through a tunnel, to the name that is asked for", async () => {
    seen.length = 0;
    expect(await ask({ ...trusted(), proxy: { https: through("user:p%40ss@") } }, "https://aws.test")).toBe("secret");
    expect(seen).toEqual([`CONNECT aws.test:443 Basic ${Buffer.from("user:p@ss").toString("base64")}`]);
  });

  it("certificates are checked behind a tunnel too", async () => {
    expect(await ask({ proxy: { https: through() } }, "https://aws.test")).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(await ask({ ...trusted(), proxy: { https: through() } }, "https://other.test")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it("a tunnel that is refused is told", async () => {
    expect(await ask({ proxy: { https: through() } }, "https://refused.test")).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ answered 403$/,
    );
  });

  it("a plain request names its whole URL", async () => {
    seen.length = 0;
    expect(await ask({ proxy: { http: through() } }, "http://plain.test:81")).toBe("through");
    expect(seen).toEqual(["GET http://plain.test:81/a?b=c -"]);
  });

  it.each<[string, string, string, string | undefined]>([
    ["https://sqs.aws", "", "", "http://s/"],
    ["http://sqs.aws", "", "", "http://p/"],
    ["https://sqs.aws", "aws", "", undefined],
    ["https://sqs.aws", ".aws", "", undefined],
    ["https://aws", ".aws", "", "http://s/"],
    ["https://sqsaws", "aws", "", "http://s/"],
    ["https://10.0.0.1", "other, 10.0.0.1:443", "", undefined],
    ["https://sqs.aws", "*", "", undefined],
    ["https://127.0.0.1", "", "", undefined],
    ["http://localhost", "", "", undefined],
    ["https://sqs.aws", "", "only http", "http://p/"],
  ])("%s beside no_proxy %j%s goes through %s", (url, none, only, wanted) => {
    const settings = only === "" ? { http: "p", https: "http://s", none } : { http: "p", none };
    expect(proxyOf(settings, new URL(url))?.href).toBe(wanted);
  });
});
