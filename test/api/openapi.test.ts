import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openApi } from "../../src/api/openapi.ts";
import { BURST_MAX, REQUESTS_PER_S } from "../../src/api/rate-limit.ts";
import { ROUTES } from "../../src/api/routes/index.ts";
import { PLAIN_ROUTES } from "../../src/api/routes/plain.ts";
import { buildApi } from "../../src/api/server.ts";
import { STREAM_CLIENTS_MAX } from "../../src/api/stream.ts";
import { sampleApi } from "./samples.ts";

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
  readonly security?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function readDocument(): Promise<Document> {
  const answer = await buildApi(sampleApi()).inject("/v1/openapi.json");
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(answer.json()).toEqual(JSON.parse(JSON.stringify(openApi())));
  return answer.json();
}

describe("/v1/openapi.json", () => {
  test("describes every route, and each of them answers", async () => {
    const { openapi, info, paths } = await readDocument();
    expect(openapi).toBe("3.1.0");
    expect(info.version).toMatch(/^\d+\.\d+\.\d+$/);
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const app = buildApi(sampleApi());
    await app.ready();
    for (const one of described) {
      const [method = "", path = ""] = one.split(" ");
      const url = path.replace(/\{(\w+)\}/g, ":$1");
      expect([one, app.hasRoute({ method, url })]).toEqual([one, true]);
    }
    const known = [...ROUTES, ...PLAIN_ROUTES].map(({ path }) => path);
    expect(new Set(Object.keys(paths))).toEqual(new Set(known));
  });

  test("shows parameters with types, limits and defaults, as they are checked", async () => {
    const { paths } = await readDocument();
    const parameters = paths["/v1/liquidations"]?.get?.parameters ?? [];
    expect(parameters.map(({ name, required }) => [name, required])).toEqual([
      ["asset", false],
      ["venue", false],
      ["positionSide", false],
      ["minNotionalUsd", false],
      ["since", false],
      ["limit", false],
      ["cursor", false],
    ]);
    const limit = parameters.find(({ name }) => name === "limit");
    expect(limit?.schema).toMatchObject({
      type: "integer",
      minimum: 1,
      maximum: 500,
      default: 100,
    });
    expect(paths["/v1/windows/{asset}"]?.get?.parameters).toMatchObject([
      { name: "asset", in: "path", required: true, schema: { type: "string" } },
    ]);
  });

  test("says which routes need the admin, what they take, and that errors are problems", async () => {
    const { paths } = await readDocument();
    const admin = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { security }]) =>
        security === undefined ? [] : [`${method} ${path}`],
      ),
    );
    expect(admin).toEqual([
      ...["post /v1/mutes", "delete /v1/mutes/{id}", "post /v1/targets/{name}/test"],
    ]);
    expect(paths["/v1/mutes"]?.post?.requestBody).toMatchObject({ required: true });
    for (const operations of Object.values(paths)) {
      for (const { responses, summary } of Object.values(operations)) {
        expect(summary).toMatch(/^[A-Z0-9].*[^.]$/);
        expect(JSON.stringify(responses.default)).toContain("application/problem+json");
      }
    }
    expect(JSON.stringify(paths)).not.toContain("$schema");
  });
});

test("docs/http.md names the limits as they are", () => {
  const text = readFileSync("docs/http.md", "utf8");
  expect(text).toContain(`${BURST_MAX} requests at once or ${REQUESTS_PER_S} per second`);
  expect(text).toContain(`all ${STREAM_CLIENTS_MAX} streams`);
});
