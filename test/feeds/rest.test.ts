import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchJson, REST_BYTES_MAX, REST_MS_MAX } from "../../src/feeds/rest.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

let runtime: SteppedRuntime;
let server: Server;
let url: string;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  runtime = new SteppedRuntime();
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/list?a=1`;
});

afterEach(async () => {
  server.closeAllConnections();
  if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
});

function get(signal = new AbortController().signal): Promise<unknown> {
  return fetchJson(url, { runtime, signal });
}

test("gives the parsed body and leaves no timer behind", async () => {
  answer = (response) => response.end('{"symbols":[1]}');
  expect(await get()).toEqual({ symbols: [1] });
  expect(runtime.timerCount).toBe(0);
});

test("a status other than 2xx is named with the address", async () => {
  answer = (response) => response.writeHead(418).end("teapot");
  await expect(get()).rejects.toThrow(`Cannot read instruments from ${url}: HTTP 418`);
});

test("a body that is not JSON is named", async () => {
  answer = (response) => response.end("<html>");
  await expect(get()).rejects.toMatchObject({ code: "LIQ_INSTRUMENT" });
});

test("a body beyond the limit is not read to its end", async () => {
  const part = Buffer.alloc(1_048_576, " ");
  let parts = 0;
  const more = (response: ServerResponse) => {
    parts += 1;
    if (parts <= 64 && !response.destroyed) response.write(part, () => more(response));
  };
  answer = more;
  await expect(get()).rejects.toThrow(`longer than ${REST_BYTES_MAX} bytes`);
  expect(parts).toBeLessThan(64);
});

test("an answer that does not come is given up after the limit", async () => {
  let isAsked = false;
  answer = () => {
    isAsked = true;
  };
  const waiting = expect(get()).rejects.toThrow(`no answer within ${REST_MS_MAX} ms`);
  await runtime.settle(() => isAsked);
  runtime.jump(REST_MS_MAX);
  await waiting;
});

test("a server that cannot be reached is named by its cause", async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await expect(get()).rejects.toThrow(/ECONNREFUSED/);
});

test("an abort ends the look-up", async () => {
  let isAsked = false;
  answer = () => {
    isAsked = true;
  };
  const controller = new AbortController();
  const waiting = expect(get(controller.signal)).rejects.toMatchObject({ code: "LIQ_INSTRUMENT" });
  await runtime.settle(() => isAsked);
  controller.abort();
  await waiting;
});
