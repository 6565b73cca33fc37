import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LookUps, PAGES_MAX } from "../../src/feeds/look-up.ts";
import type { TopicSource } from "../../src/feeds/venue.ts";
import { LogBook } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

let server: Server;
let log: LogBook;
let lookUps: LookUps;
let asked: { method: string | undefined; type: string | undefined; path: string; body: string }[];
const { signal } = new AbortController();

beforeEach(async () => {
  asked = [];
  log = new LogBook();
  server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { method, url: path = "", headers } = request;
    asked.push({ method, type: headers["content-type"], path, body });
    response.end(JSON.stringify({ path }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const restUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const venue = { restUrl: "https://rest.example.com" };
  lookUps = new LookUps({ venue, restUrl, runtime: new SteppedRuntime(), log });
});

afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

/** Finds one name per page; `nextOf` says which page follows. */
function source(
  nextOf: (count: number) => string | null,
  more: { body?: string } = {},
): TopicSource {
  let count = 0;
  return {
    path: "/names",
    ...more,
    parse() {
      count += 1;
      return { names: [`name ${count}`], next: nextOf(count), rejects: [] };
    },
  };
}

test("a look-up without a body is a GET, page by page", async () => {
  const pages = await lookUps.read(
    source((count) => (count < 3 ? `/names?page=${count}` : null)),
    signal,
  );
  expect(pages?.flatMap(({ names }) => names)).toEqual(["name 1", "name 2", "name 3"]);
  expect(asked.map(({ method, path }) => [method, path])).toEqual([
    ["GET", "/names"],
    ["GET", "/names?page=1"],
    ["GET", "/names?page=2"],
  ]);
});

test("a look-up with a body posts it as JSON", async () => {
  await lookUps.read(
    source(() => null, { body: '{"type":"meta"}' }),
    signal,
  );
  const type = "application/json";
  expect(asked).toEqual([{ method: "POST", type, path: "/names", body: '{"type":"meta"}' }]);
});

test("pages that lead in circles end, and what lists nothing is a failure", async () => {
  expect(
    await lookUps.read(
      source(() => "/names"),
      signal,
    ),
  ).toBeNull();
  expect(asked).toHaveLength(PAGES_MAX);
  const empty: TopicSource = {
    path: "/none",
    parse: () => ({ names: [], next: null, rejects: [{ reason: "shape", detail: "x is 1" }] }),
  };
  expect(await lookUps.read(empty, signal)).toBeNull();
  expect(log.of("warn").map(({ fields }) => fields.error)).toEqual([
    `More than ${PAGES_MAX} pages below /names`,
    "Nothing is listed at /none",
  ]);
  expect(log.of("debug")[0]?.fields).toMatchObject({ count: 1, first: "x is 1" });
});
