import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { responseReader } from "./response-reader.ts";

const read = (text: string, method = "GET") => {
  const reader = responseReader(method);
  return reader.push(Buffer.from(text, "latin1")) ?? reader.end();
};
const bodyOf = (text: string, method?: string) => read(text, method)?.answer.body.toString();

describe("an HTTP/1.1 answer", () => {
  it("is whole when as many bytes as it says have come", () => {
    const found = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhello");
    expect(found).toMatchObject({ isKept: true, answer: { statusCode: 200, headers: { "x-a": "1, 2", "content-length": "5" } } });
    expect(found?.answer.body.toString()).toBe("hello");
  });

  it.each<[string, string, string, string]>([
    ["in chunks", "GET", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!"],
    ["with trailers", "GET", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n", "a"],
    ["behind an interim answer", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na", "a"],
    ["to HEAD, whose length is that of another body", "HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", ""],
    ["without content", "GET", "HTTP/1.1 204 No Content\r\n\r\n", ""],
    ["that ends with its connection", "GET", "HTTP/1.1 200 OK\r\n\r\nall of it", "all of it"],
  ])("%s", (_what, method, text, body) => {
    expect(bodyOf(text, method)).toBe(body);
  });

  it.each<[string, string]>([
    ["no HTTP", "SSH-2.0-x\r\n\r\n"],
    ["HTTP/2", "HTTP/2 200\r\n\r\n"],
    ["a header without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n"],
    ["a length that is no number", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"],
    ["a chunk without a size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
    ["headers without an end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(300_000)}`],
  ])("%s is refused", (_what, text) => {
    expect(() => read(text)).toThrow();
  });

  it.each([
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhe",
  ])("cut off is none: %j", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it.each([
    ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", false],
    ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n", false],
    ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true],
  ])("%j leaves a connection for the next request: %s", (text, isKept) => {
    expect(read(text)?.isKept).toBe(isKept);
  });

  it("is the same however its bytes are cut", () => {
    const texts = [
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat(60), { maxLength: 8 }), (text, cuts) => {
        const reader = responseReader("GET");
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const found = at.slice(1).flatMap((end, i) => {
          const chunk = text.slice(at[i], end);
          return chunk === "" ? [] : (reader.push(Buffer.from(chunk)) ?? []);
        });
        expect(found.map(({ answer }) => answer.body.toString())).toEqual(["hello"]);
      }),
    );
  });
});
