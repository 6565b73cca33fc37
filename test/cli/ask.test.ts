/** `totals` and `alerts` against a daemon's real HTTP server. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Api, startApi } from "../../src/api/server.ts";
import { dispatch } from "../../src/cli/index.ts";
import { LiqError } from "../../src/errors.ts";
import { ALERT_ID } from "../api/answers.ts";
import { sampleApi, sampleQueries } from "../api/samples.ts";
import { freePort } from "../real/run-folder.ts";
import { recordedIo } from "./recorded-io.ts";

let api: Api;
beforeAll(async () => {
  api = await startApi({ ...sampleApi(), host: "127.0.0.1", port: 0 });
});
afterAll(() => api.close());

const strangers: Server[] = [];
afterEach(() => {
  for (const server of strangers.splice(0)) server.close();
});

async function liqwatch(args: readonly string[], env: Record<string, string> = {}) {
  const io = recordedIo(env);
  const code = await dispatch(args, io);
  return { code, ...io.written };
}

const at = () => ["--url", api.url];

/** The error of a command that fails. */
async function errorOf(args: readonly string[], env: Record<string, string> = {}) {
  const error = await liqwatch(args, env).catch((thrown: unknown) => thrown);
  return error instanceof LiqError ? `${error.code} ${error.exitCode} ${error.message}` : error;
}

describe("totals", () => {
  test("shows money by asset and venue, and what was not seen", async () => {
    const { code, out } = await liqwatch(["totals", ...at()]);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "SIMULATION Liquidated in 24h: all assets, at least, as of 14:06:12 UTC",
        "",
        "     total  longs  shorts  long  orders",
        "all  $742K  $681K    $61K   92%       3",
        "",
        "     total  longs  shorts  long  orders",
        "BTC  $742K  $681K    $61K   92%       3",
        "",
        "       total  longs  shorts  long  orders",
        "bybit  $742K  $681K    $61K   92%       3",
        "",
        "Not seen now: okx",
        "Partial: 43.2% of the usual volume was seen, by assumed shares of venues",
        "",
      ].join("\n"),
    );
  });

  test("names the venues whose part is only a sample", async () => {
    const queries = { ...sampleQueries(), samples: () => ["okx"] as const };
    const sampled = await startApi({ ...sampleApi({ queries }), host: "127.0.0.1", port: 0 });
    const { out } = await liqwatch(["totals", "--url", sampled.url]);
    await sampled.close();
    expect(out).toContain("Only a sample, not a total: okx");
  });

  test("asks for one asset, venue and window, and gives the answer itself to machines", async () => {
    const args = ["totals", "btc", "--venue", "bybit", "--window", "1h", "--json", ...at()];
    const { out } = await liqwatch(args);
    expect(JSON.parse(out)).toMatchObject({ asset: "BTC", venue: "bybit", window: "1h" });
    const text = await liqwatch(["totals", "btc", "--venue", "bybit", ...at()]);
    expect(text.out).toContain("Liquidated in 24h: BTC, bybit, at least");
  });

  test("finds the daemon by the configuration", async () => {
    const port = new URL(api.url).port;
    const { out } = await liqwatch(["totals", "--json"], { LIQWATCH_HTTP_PORT: port });
    expect(JSON.parse(out).rows).toBe(4);
    const everywhere = { LIQWATCH_HTTP_PORT: port, LIQWATCH_HTTP_HOST: "0.0.0.0" };
    expect((await liqwatch(["totals", "--json"], everywhere)).code).toBe(0);
  });
});

describe("alerts", () => {
  test("are told ones by default, newest first", async () => {
    const { out } = await liqwatch(["alerts", ...at()]);
    const [label, head, row] = out.split("\n");
    expect(label).toBe("SIMULATION");
    expect(head).toMatch(
      /^at \(UTC\) +decision +severity +scope +money +long +window +rule +number$/,
    );
    expect(row).toMatch(
      /^2026-11-19 14:06:12 +opened +MEDIUM +BTC +\$7\.42M +92% +5m +majors +A-4$/,
    );
  });

  test("are held-back ones with --suppressed, with the reason", async () => {
    const { out } = await liqwatch(["alerts", "--suppressed", "--limit", "5", ...at()]);
    expect(out).toContain("mute (2 times)");
    expect(out.split("\n")[1]).toBe(
      "Running since 2026-11-20 14:04:42: HIGH of majors for ETH, held by mute (3 times)",
    );
    const { items } = JSON.parse((await liqwatch(["alerts", "--json", ...at()])).out);
    expect(items.map((item: { alertId: string }) => item.alertId)).toEqual([ALERT_ID]);
  });

  test("are told apart by their deliveries with --deliveries, by id or number", async () => {
    const expected = [
      "SIMULATION",
      "A-4 opened 2026-11-19 14:06:12, 3f2a9c01d4e5b677",
      "  discord, message 1: delivered",
      "    2026-11-20 14:06:12.000  1  retry      180 ms  rate-limited: 429",
      "    2026-11-20 14:06:13.250  2  delivered   95 ms",
      "",
    ];
    const byNumber = await liqwatch(["alerts", "--deliveries", "a-4", ...at()]);
    expect(byNumber.out.split("\n")).toEqual(
      expected.map((line) => line.replace("3f2a9c01d4e5b677", ALERT_ID)),
    );
    const byId = await liqwatch(["alerts", "--deliveries", ALERT_ID, ...at()]);
    expect(byId.out.split("\n")).toEqual(["SIMULATION", `Alert ${ALERT_ID}`, ...expected.slice(2)]);
    const { out } = await liqwatch(["alerts", "--deliveries", "A-4", "--json", ...at()]);
    expect(JSON.parse(out)).toMatchObject({
      label: "SIMULATION",
      alerts: [{ alertId: ALERT_ID, deliveries: [{ target: "discord", log: [{}, {}] }] }],
    });
  });

  test("of an unknown alert are an error, not an empty list", async () => {
    expect(await errorOf(["alerts", "--deliveries", "A-5", ...at()])).toBe(
      "LIQ_COMMAND 2 No alert of A-5 in the newest 500",
    );
    expect(await errorOf(["alerts", "--deliveries", "00112233445566ff", ...at()])).toBe(
      "LIQ_COMMAND 2 The daemon says: id 00112233445566ff is not in the log",
    );
    expect(await errorOf(["alerts", "--deliveries", "x", ...at()])).toBe(
      "LIQ_COMMAND 2 Option --deliveries is x, expected an alert's id (16 hexadecimal digits) or a number such as A-20417",
    );
  });

  test("may be none", async () => {
    const alerts = async () => ({ items: [], next: null });
    const queries = { ...sampleQueries(), alerts, heldBack: () => [] };
    const quiet = await startApi({ ...sampleApi({ queries }), host: "127.0.0.1", port: 0 });
    const { out } = await liqwatch(["alerts", "--suppressed", "--url", quiet.url]);
    await quiet.close();
    expect(out).toBe("SIMULATION\nNo suppressed alerts yet\n");
  });
});

describe("what goes wrong", () => {
  test("is a usage error when the question is wrong", async () => {
    expect(await errorOf(["totals", "ETHH", ...at()])).toBe(
      'LIQ_COMMAND 2 The daemon says: asset "ETHH" is not known; did you mean ETH?',
    );
    expect(await errorOf(["totals", "--venue", "gate", ...at()])).toContain(
      "LIQ_COMMAND 2 The daemon says: venue gate is not listened to",
    );
    expect(await errorOf(["totals", "--window", "2h", ...at()])).toContain(
      "Option --window is 2h, expected one of 15m, 1h, 4h, 12h, 24h",
    );
    expect(await errorOf(["alerts", "--limit", "0", ...at()])).toBe(
      "LIQ_COMMAND 2 Option --limit is 0, expected a whole number from 1 to 500",
    );
    expect(await errorOf(["alerts", "--url", "nowhere"])).toBe(
      "LIQ_COMMAND 2 --url is nowhere, expected http://host:port",
    );
    expect(await errorOf(["totals"], { LIQWATCH_HTTP_PORT: "0" })).toBe(
      "LIQ_COMMAND 2 Port is any free one (http.port is 0): say where with --url",
    );
  });

  test("is a failure when nobody answers, and says what to do", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const error = await errorOf(["totals", "--url", url]);
    expect(error).toMatch(/^LIQ_SOCKET 1 No daemon answers at http:\/\/127\.0\.0\.1:\d+ \(/);
    expect(error).toContain("ECONNREFUSED");
    expect(error).toContain("liqwatch run starts a daemon");
  });

  test("is a failure when the daemon cannot answer now", async () => {
    const alerts = async () => {
      throw new LiqError("LIQ_STORE", "Store is not open yet");
    };
    const queries = { ...sampleQueries(), alerts };
    const starting = await startApi({ ...sampleApi({ queries }), host: "127.0.0.1", port: 0 });
    const error = await errorOf(["alerts", "--url", starting.url]);
    await starting.close();
    expect(error).toBe(
      "LIQ_STORE 1 The daemon says: The store cannot answer now; /readyz says more",
    );
  });

  test.each([
    [200, "{}"],
    [200, "<html>"],
    [404, "not found"],
    [302, ""],
  ])("is named when somebody else answers %i %s", async (status, body) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(body);
    });
    strangers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const error = await errorOf(["totals", "--url", `http://127.0.0.1:${port}`]);
    expect(error).toMatch(/^LIQ_SOCKET 1 (What answers at|No daemon answers at)/);
  });
});
