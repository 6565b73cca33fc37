/**
 * Hours of trouble on many venues at once, in stepped time over real sockets. Venues with a stream:
 * cut connections, refused upgrades, replays, late batches; each is heard on two sockets of which one
 * at a time is cut. Polled venues: outages of minutes, rows that are listed late, small pages; they
 * keep their list meanwhile. So nothing may be lost, and nothing may count twice.
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
/** An endpoint answers with errors for as long, */
const OUTAGE_MS_MIN = 2_000;
const OUTAGE_MS_MAX = 1_200_000;
/** which more look-ups than it has time for run into, */
const OUTAGE_LOOK_UPS = 10_000;
/** with one of these. */
const OUTAGE_STATUSES = [429, 500, 502, 503] as const;
/** So few rows on a page that look-ups after an outage take several. */
const REST_PAGE_MAX = 4;
/** Everything published is heard within this after the last order: two rounds of the slowest. */
const REST_MS_MAX = 300_000;

export interface SoakResult {
  readonly venue: VenueId;
  /** Cut connections, or outages of a polled venue. */
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
  /** When the running outage of a polled venue ends; null = it answers. */
  mendAtMs: number | null;
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
    const more = venue.poll === undefined ? {} : { restPageMax: REST_PAGE_MAX };
    const scene = await VenueScene.open(venue, ASSETS, this.#runtime, more);
    const nextCutAtMs = this.#runtime.nowMs() + this.#chance.integer(30_000, CUT_EVERY_MS);
    this.#venues.push({ venue, scene, recent: [], nextCutAtMs, mendAtMs: null, cuts: 0 });
    await scene.listen(REST_MS_MAX, SOCKETS);
    await this.#runtime.until(() => isWhole(scene, venue), REST_MS_MAX);
  }

  async look(): Promise<void> {
    for (const one of this.#venues) {
      if (this.#chance.in100(PUBLISH_PCT)) this.#publish(one);
      const nowMs = this.#runtime.nowMs();
      if (one.mendAtMs !== null && nowMs >= one.mendAtMs) mend(one);
      if (nowMs < one.nextCutAtMs || !isWhole(one.scene, one.venue)) continue;
      if (one.venue.poll === undefined) this.#cut(one);
      else this.#darken(one);
    }
    await this.#runtime.pass(STEP_MS);
  }

  async rest(): Promise<void> {
    const isHeard = ({ scene }: Troubled) => scene.money().heard === scene.money().published;
    for (const one of this.#venues) mend(one);
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
    const isLate = latestMs(venue) > 0 && this.#chance.in100(LATE_PCT);
    const lateMs = isLate ? this.#chance.integer(1, latestMs(venue)) : 0;
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
    this.#planNext(one);
  }

  /** Every look-up fails until it is over; what happened meanwhile is listed then. */
  #darken(one: Troubled): void {
    const status = this.#chance.pick(OUTAGE_STATUSES);
    one.scene.simulator.refuseNext({ rest: { status }, times: OUTAGE_LOOK_UPS });
    one.mendAtMs = this.#runtime.nowMs() + this.#chance.integer(OUTAGE_MS_MIN, OUTAGE_MS_MAX);
    this.#planNext(one);
  }

  #planNext(one: Troubled): void {
    one.cuts += 1;
    one.nextCutAtMs = this.#runtime.nowMs() + this.#chance.integer(60_000, 2 * CUT_EVERY_MS);
  }
}

function mend(one: Troubled): void {
  if (one.mendAtMs === null) return;
  one.mendAtMs = null;
  one.scene.simulator.mend();
}

/** How late an order may be told and still be heard of, ms. */
function latestMs({ id, poll }: Venue): number {
  // BitMEX sends no time with an order: it occurred when it was received, so none can be late.
  if (id === "bitmex") return 0;
  return poll === undefined ? LATE_MS_MAX : poll.overlapMs - STEP_MS;
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

/** Every shard is carried by two sockets that are subscribed; a polled venue has one. */
function isWhole(scene: VenueScene, { poll }: Venue): boolean {
  const { connections } = scene.status();
  const wanted = poll === undefined ? SOCKETS : 1;
  const shards = new Map<string, number>();
  for (const { shard, state } of connections) {
    if (state === "subscribed") shards.set(shard, (shards.get(shard) ?? 0) + 1);
    else return false;
  }
  return shards.size > 0 && [...shards.values()].every((sockets) => sockets === wanted);
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
