/** Every route with every kind of nonsense: an answer or a 4xx problem, never a 500, nothing leaked. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { propertiesOf } from "../../src/api/parameters.ts";
import { ROUTES } from "../../src/api/routes/index.ts";
import { PLAIN_ROUTES } from "../../src/api/routes/plain.ts";
import { type Api, buildApi, startApi } from "../../src/api/server.ts";
import { HOSTILE } from "../hostile.ts";
import { chanceOf } from "../oracle/chance.ts";
import { SampleControls, sampleApi } from "./samples.ts";

const options = sampleApi({
  adminToken: "an-admin-token-of-the-test",
  controls: new SampleControls(),
  rateLimits: { burst: 1e9, perSecond: 1e9 },
});
const app = buildApi(options);
const authorization = "Bearer an-admin-token-of-the-test";

/** What can be seen to be wrong with an answer; null = nothing. */
function fault(answer: Awaited<ReturnType<typeof app.inject>>): string | null {
  const { statusCode, headers, body } = answer;
  if (statusCode >= 500) return `status ${statusCode}: ${body}`;
  if (statusCode >= 400) {
    if (headers["content-type"] !== "application/problem+json; charset=utf-8") return "no problem";
    if (body.length > 2_000) return `a problem of ${body.length} characters`;
    if (typeof answer.json().detail !== "string") return "no detail";
  }
  return /\bat \S+ \(|node_modules|\.[tj]s:\d/.test(body) ? "a stack trace" : null;
}

function encoded(value: string): string {
  // Half of a surrogate pair has no encoding: it is sent as bytes that are no UTF-8.
  return value === "\ud800" ? "%ED%A0%80" : encodeURIComponent(value);
}

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
  "%s",
  (_name, route) => {
    const paths = (value: string) => route.path.replace(/\{\w+\}/, encoded(value));
    const send = (url: string, payload?: object) =>
      app.inject({
        ...{ method: route.method, url, headers: { authorization } },
        ...(payload === undefined ? {} : { payload }),
      });

    test("answers any value of any parameter, known or not, once and twice", async () => {
      const names = [...Object.keys(propertiesOf(route.query)), "unknown", "__proto__"];
      const faults: string[] = [];
      const note = async (url: string) => {
        const found = fault(await send(url));
        if (found !== null) faults.push(`${url.slice(0, 100)}: ${found}`);
      };
      for (const value of HOSTILE) {
        await note(paths(value));
        for (const name of names) {
          await note(`${paths("BTC")}?${name}=${encoded(value)}`);
          await note(`${paths("BTC")}?${name}=${encoded(value)}&${name}=1`);
        }
      }
      expect(faults).toEqual([]);
    });

    test("answers any mixture of parameters", async () => {
      const chance = chanceOf(42);
      const names = [...Object.keys(propertiesOf(route.query)), "x"];
      for (let round = 0; round < 150; round += 1) {
        const query = names
          .filter(() => chance.in100(60))
          .map((name) => `${name}=${encoded(chance.pick(HOSTILE))}`);
        const url = `${paths(chance.pick(HOSTILE))}?${query.join("&")}`;
        expect([url.slice(0, 200), fault(await send(url))]).toEqual([url.slice(0, 200), null]);
      }
    });

    test("answers any body", async () => {
      const fields = Object.keys(route.body?.shape ?? { for: 1 });
      for (const value of [...HOSTILE, 1, -1, 1e308, null, true, [], {}, [[]]]) {
        for (const field of fields) {
          expect(fault(await send(paths("BTC"), { for: "1h", [field]: value }))).toBe(null);
        }
      }
    });
  },
);

test.each([
  ["text", "text/plain", '{"for":"1h"}', 415],
  ["a form", "application/x-www-form-urlencoded", "for=1h", 415],
  ["parts", "multipart/form-data; boundary=x", "--x--", 415],
  ["no type at all", "", '{"for":"1h"}', 415],
  ["a type that is none", "application", '{"for":"1h"}', 415],
  ["another alphabet", "application/json; charset=utf-16", "\u00ff\u00fe{", 400],
  ["half of a JSON", "application/json", '{"for":', 400],
  ["another prototype", "application/json", '{"__proto__":{"x":1},"for":"1h"}', 400],
  ["a deep nest", "application/json", `${"[".repeat(8_000)}${"]".repeat(8_000)}`, 400],
  ["too much", "application/json", JSON.stringify({ for: "x".repeat(20_000) }), 413],
])("a body of %s is a problem that says what is expected", async (_what, type, payload, status) => {
  const headers = { authorization, ...(type === "" ? {} : { "content-type": type }) };
  const answer = await app.inject({ method: "POST", url: "/v1/mutes", headers, payload });
  expect([answer.statusCode, fault(answer)]).toEqual([status, null]);
  if (status === 415) expect(answer.json().detail).toContain("application/json");
  if (status === 413) expect(answer.json().detail).toBe("Expected a body of at most 16384 bytes");
});

test("plain routes do not mind what is appended", async () => {
  for (const { path } of PLAIN_ROUTES) {
    if (path === "/v1/stream") continue;
    for (const value of HOSTILE) {
      expect(fault(await app.inject(`${path}?x=${encoded(value)}`))).toBe(null);
    }
  }
});

describe("over a socket", () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ ...options, host: "127.0.0.1", port: 0 });
  });
  afterAll(() => api.close());

  /** Bytes as they are: `inject` and `fetch` would refuse some of them. */
  function raw(head: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
      let text = "";
      socket.setEncoding("latin1");
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
      socket.write(head, "latin1");
    });
  }

  test.each([
    ["a path that is no address", "GET /v1/%zz HTTP/1.1"],
    ["a path with a NUL", "GET /v1/windows/%00 HTTP/1.1"],
    ["a path of bytes that are no UTF-8", "GET /v1/windows/%ff%fe HTTP/1.1"],
    ["a path out of the tree", "GET /web/../../package.json HTTP/1.1"],
    ["an absolute address", "GET http://elsewhere.test/v1/totals?x=1 HTTP/1.1"],
    ["another method", "PATCH /v1/totals HTTP/1.1"],
    ["a very long path", `GET /${"x".repeat(8_000)} HTTP/1.1`],
    ["a path longer than is read", `GET /${"x".repeat(40_000)} HTTP/1.1`],
    ["a long list of parameters", `GET /v1/totals?${"a=1&".repeat(3_000)} HTTP/1.1`],
  ])("%s is a 4xx problem", async (_what, line) => {
    const text = await raw(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(text).toContain("application/problem+json");
    expect(text).not.toContain("node_modules");
  });

  test("what is not HTTP is refused", async () => {
    const text = await raw("\x16\x03\x01\x02\x00hello\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"detail":"Expected HTTP/1.1"');
  });
});
