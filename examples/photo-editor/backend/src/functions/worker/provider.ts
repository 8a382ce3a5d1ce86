/** The AI provider's HTTP API: an image and a prompt in, the edited image out. */

const TIMEOUT_MS = 30_000;

export interface ImageProvider {
  edit(image: Buffer, prompt: string): Promise<Buffer>;
}

/** @param fetcher for tests */
export function httpProvider(baseUrl: string, key: string, fetcher: typeof fetch = fetch): ImageProvider {
  return {
    async edit(image, prompt) {
      const response = await fetcher(`${baseUrl}/v1/images/edits?${new URLSearchParams({ prompt })}`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/octet-stream" },
        body: new Uint8Array(image),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`the image provider answered ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
  };
}
