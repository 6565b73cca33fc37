import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { snapshot } from "../../src/cli/snapshot.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { scratchFolder } from "../real/run-folder.ts";
import { recordedIo } from "./recorded-io.ts";

const folder = scratchFolder("snapshot");
const config = join(folder, "liqwatch.yaml");
let bybit: Simulator;
let okx: Simulator;

beforeAll(async () => {
  bybit = await startSimulator({ venue: "bybit", runtime: nodeRuntime, assets: ["BTC", "ETH"] });
  okx = await startSimulator({ venue: "okx", runtime: nodeRuntime, assets: ["BTC"] });
  for (const one of [bybit, okx]) {
    one.openInterest = { BTC: 10_000, ETH: 50_000 };
    one.funding = { BTC: 0.0002 };
  }
  const venues = Object.fromEntries(
    [bybit, okx].map(({ wsUrl, restUrl }, at) => [["bybit", "okx"][at], { wsUrl, restUrl }]),
  );
  const context = { venues: ["bybit", "okx"] };
  writeFileSync(config, JSON.stringify({ venues, context, dataDir: join(folder, "data") }));
});

afterAll(() => Promise.all([bybit.stop(), okx.stop()]));

async function ask(...args: readonly string[]) {
  const io = recordedIo();
  return { code: await snapshot([...args, "--config", config], io), ...io.written };
}

test("one round over all venues, for people", async () => {
  const { code, out, err } = await ask("btc");
  expect(code).toBe(0);
  expect(err).toBe("Asking Bybit, OKX\n");
  // 10,000 coins in each first contract, a twentieth of that in each of the others.
  expect(out).toContain("BTC open interest $2.20B");
  expect(out).toContain("BTC funding +0.02%/8h");
  expect(out).toMatch(/Bybit +\$1\.1/);
  expect((await ask()).out).toMatch(/BTC +\$2\.20B[\s\S]*ETH +\$2\d\dM/);
});

test("and for machines; an asset that nobody lists is a failure", async () => {
  const { code, out } = await ask("--json");
  expect(code).toBe(0);
  const answer = JSON.parse(out);
  expect(answer.sources.map(({ venue }: { readonly venue: string }) => venue)).toEqual([
    ...["bybit", "okx"],
  ]);
  expect(answer.assets[0]).toMatchObject({ asset: "BTC", funding: { rate8h: 0.0002 } });
  const unknown = await ask("NOPE");
  expect([unknown.code, unknown.out]).toEqual([1, "No venue told anything of NOPE\n"]);
});

test("a venue that does not answer is named, with what failed", async () => {
  okx.refuseNext({ rest: { status: 503 }, times: 50 });
  const { code, out, err } = await ask("BTC");
  okx.mend();
  expect(code).toBe(0);
  expect(out).toContain("Not, or not wholly, in it: OKX");
  expect(err).toContain("HTTP 503");
});
