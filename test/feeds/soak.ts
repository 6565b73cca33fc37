/**
 * Hours of trouble on every venue with sockets at once, in stepped time over real sockets: cut connections, refused
 * upgrades, replays, late batches. Every venue is heard on two sockets of which one at a time is cut,
 * so nothing may be lost, and nothing may count twice.
 */
import { expect } from "vitest";
import type { Venue } from "../../src/feeds/venue.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { Engine } from "../../src/severity/engine.ts";
import { chanceOf } from "../oracle/chance.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";
import { VenueScene } from "./venue-scene.ts";

const ASSETS = ["BTC", "ETH", "PEPE"] as const;
const PRICES = { BTC: 60_000, ETH: 2_500, PEPE: 0.00001 } as const;
const SOCKETS = 2;
/** One look at all venues. Heartbeats and answers need less than this. */
const STEP_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of a hundred looks at a venue. */
const PUBLISH_PCT = 4;
const LATE_PCT = 10;
const LATE_MS_MAX = 600_000;
const CUT_EVERY_MS = 900_000;
const REPLAYED_MAX = 20;
/** Everything published is heard within this after the last order. */
const REST_MS_MAX = 120_000;

export interface SoakResult {
  readonly venue: VenueId;
  readonly cuts: number;
  readonly rows: number;
  /** Rows that different events are, money of what arrived, and what the venue published. */
  readonly counted: number;
  readonly heardCents: number;
  readonly publishedCents: number;
  /** BitMEX tells an order that grows in parts, and a part is rounded to cents by itself. */
  readonly slackCents: number;
  /** Of the last 24 h, by the engine and by a plain sum over the truth. */
  readonly engineCents: number;
  readonly truthCents: number;
}

export async function soak(
  venues: readonly Venue[],
  { hours, seed }: { readonly hours: number; readonly seed: number },
): Promise<readonly SoakResult[]> {
  const runtime = new SteppedRuntime();
  const world = new World(runtime, chanceOf(seed));
  try {
    for (const venue of venues) await world.add(venue);
    const endMs = runtime.nowMs() + hours * HOUR_MS;
    while (runtime.nowMs() < endMs) await world.look();
    await world.rest();
    return world.results();
  } finally {
    await world.close();
  }
}

interface Troubled {
  readonly venue: Venue;
  readonly scene: VenueScene;
  readonly recent: ReturnType<VenueScene["order"]>[];
  nextCutAtMs: number;
  cuts: number;
}

class World {
  readonly #runtime: SteppedRuntime;
  readonly #chance: ReturnType<typeof chanceOf>;
  readonly #venues: Troubled[] = [];
  #orders = 0;

  constructor(runtime: SteppedRuntime, chance: ReturnType<typeof chanceOf>) {
    this.#runtime = runtime;
    this.#chance = chance;
  }

  async add(venue: Venue): Promise<void> {
    const scene = await VenueScene.open(venue, ASSETS, this.#runtime);
    const nextCutAtMs = this.#runtime.nowMs() + this.#chance.integer(30_000, CUT_EVERY_MS);
    this.#venues.push({ venue, scene, recent: [], nextCutAtMs, cuts: 0 });
    await scene.listen(REST_MS_MAX, SOCKETS);
    await this.#runtime.until(() => isWhole(scene), REST_MS_MAX);
  }

  async look(): Promise<void> {
    for (const one of this.#venues) {
      if (this.#chance.in100(PUBLISH_PCT)) this.#publish(one);
      if (this.#runtime.nowMs() >= one.nextCutAtMs && isWhole(one.scene)) this.#cut(one);
    }
    await this.#runtime.pass(STEP_MS);
  }

  async rest(): Promise<void> {
    const isHeard = ({ scene }: Troubled) => scene.money().heard === scene.money().published;
    const endMs = this.#runtime.nowMs() + REST_MS_MAX;
    while (!this.#venues.every(isHeard) && this.#runtime.nowMs() < endMs) {
      await this.#runtime.pass(STEP_MS);
    }
  }

  results(): readonly SoakResult[] {
    const nowMs = this.#runtime.nowMs();
    const engine = engineOver(this.#venues.map(({ scene }) => scene));
    engine.step({ type: "clock", nowMs: Math.ceil(nowMs / 100) * 100 });
    const asOfMs = engine.nowMs ?? nowMs;
    return this.#venues.map(({ venue, scene, cuts }) => {
      const { heard, published } = scene.money();
      const { longCents, shortCents } = engine.series.day.total({
        ...{ nowMs: asOfMs, windowMs: DAY_MS, venue: venue.id },
      });
      return {
        ...{ venue: venue.id, cuts, rows: scene.ledger.rows.length },
        ...{ counted: scene.ledger.counted.length, heardCents: heard, publishedCents: published },
        slackCents: venue.id === "bitmex" ? partsOf(scene) : 0,
        ...{ engineCents: longCents + shortCents, truthCents: truthOf(scene, asOfMs) },
      };
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#venues.map(({ scene }) => scene.close()));
  }

  /** Prices never repeat, so that two orders are never one to a venue without ids. */
  #publish({ venue, scene, recent }: Troubled): void {
    this.#orders += 1;
    const asset = this.#chance.pick(ASSETS);
    const price = PRICES[asset] * (1 + this.#orders / 1e6);
    // BitMEX sends no time with an order: it occurred when it was received, so none can be late.
    const canBeLate = venue.id !== "bitmex" && this.#chance.in100(LATE_PCT);
    const lateMs = canBeLate ? this.#chance.integer(1, LATE_MS_MAX) : 0;
    const order = scene.order({
      asset,
      positionSide: this.#chance.in100(50) ? "long" : "short",
      price: price.toFixed(asset === "PEPE" ? 12 : 4),
      baseSize: String(Math.round(this.#chance.integer(1_000, 50_000) / PRICES[asset])),
      atMs: this.#runtime.nowMs() - lateMs,
    });
    scene.simulator.publish(order);
    recent.push(order);
    if (recent.length > REPLAYED_MAX) recent.shift();
  }

  /** One of the two sockets goes, its way back is refused once or twice, then old orders come again. */
  #cut(one: Troubled): void {
    const { simulator } = one.scene;
    simulator.replayOnSubscribe(one.recent);
    const times = this.#chance.integer(0, 2);
    if (times > 0) simulator.refuseNext({ upgrade: { status: 503 }, times });
    simulator.dropConnections(1);
    one.cuts += 1;
    one.nextCutAtMs = this.#runtime.nowMs() + this.#chance.integer(60_000, 2 * CUT_EVERY_MS);
  }
}

/** Rows that add to an order that was told before. */
function partsOf({ ledger }: VenueScene): number {
  return ledger.counted.length - new Set(ledger.counted.map(({ orderKey }) => orderKey)).size;
}

/** Fails where money was lost or doubled. */
export function expectExact(result: SoakResult): void {
  const { venue, heardCents, publishedCents, engineCents, truthCents, slackCents } = result;
  expect(publishedCents, venue).toBeGreaterThan(0);
  expect(Math.abs(heardCents - publishedCents), venue).toBeLessThanOrEqual(slackCents);
  expect(Math.abs(engineCents - truthCents), venue).toBeLessThanOrEqual(slackCents);
}

/** Every shard is carried by two sockets that are subscribed. */
function isWhole(scene: VenueScene): boolean {
  const { connections } = scene.status();
  const shards = new Map<string, number>();
  for (const { shard, state } of connections) {
    if (state === "subscribed") shards.set(shard, (shards.get(shard) ?? 0) + 1);
    else return false;
  }
  return shards.size > 0 && [...shards.values()].every((sockets) => sockets === SOCKETS);
}

/** The frames of all venues in the order in which they came, through one engine. */
function engineOver(scenes: readonly VenueScene[]): Engine {
  const engine = new Engine({ rules: [] });
  const frames = scenes.flatMap(({ ledger }) => ledger.frames);
  for (const { receivedAtMs, liquidations } of frames.toSorted(
    (left, right) => left.receivedAtMs - right.receivedAtMs,
  )) {
    engine.step({ type: "rows", receivedAtMs, rows: liquidations });
  }
  return engine;
}

/** What the venue published in the last 24 h, by the second, as windows of 15 min and more count. */
function truthOf(scene: VenueScene, asOfMs: number): number {
  const second = (ms: number) => Math.floor(ms / 1_000);
  const since = second(asOfMs) - DAY_MS / 1_000;
  const isIn = (atMs: number) => second(atMs) > since;
  return scene.simulator
    .truth()
    .filter(({ atMs }) => isIn(atMs))
    .reduce((sum, { notionalCents }) => sum + notionalCents, 0);
}
