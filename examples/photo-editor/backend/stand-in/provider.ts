/**
 * A stand-in for the image provider: the same HTTP API on loopback. It turns pictures grey; `POST /outage` with "true" or "false"
 * makes it answer 503 from then on, or work again.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";

export interface StandIn {
  readonly url: string;
  setOutage(isDown: boolean): void;
  close(): Promise<void>;
}

/** @param port 0: any */
export async function startProvider(port = 0): Promise<StandIn> {
  const state = { isDown: false };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { pathname } = new URL(request.url ?? "/", "http://provider");
    if (request.method === "POST" && pathname === "/outage") {
      state.isDown = body.toString() === "true";
      response.end();
    } else if (state.isDown) {
      response.writeHead(503).end();
    } else if (request.method === "POST" && pathname === "/v1/images/edits") {
      await edit(body, (status, type, bytes) => response.writeHead(status, { "content-type": type }).end(bytes));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setOutage: (isDown) => {
      state.isDown = isDown;
    },
    close: () => closed(server),
  };
}

async function edit(image: Buffer, answer: (status: number, type: string, bytes: Buffer | string) => void): Promise<void> {
  try {
    answer(200, "image/png", await sharp(image).grayscale().png().toBuffer());
  } catch {
    answer(422, "text/plain", "not an image");
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

if (import.meta.main) {
  const { url } = await startProvider(Number(process.argv[2] ?? 4010));
  console.log(`image provider at ${url}`);
}
