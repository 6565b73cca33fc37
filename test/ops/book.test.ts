import { describe, expect, test } from "vitest";
import type { Notice } from "../../src/notice.ts";
import { OpsBook } from "../../src/ops/book.ts";
import type { Sight } from "../../src/ops/sight.ts";
import { MINUTE_MS, SECOND_MS, sight, T0, venue } from "./seen.ts";

/** Looks every second from `fromS` to `toS` after T0; what was told, with the second. */
function watch(
  book: OpsBook,
  [fromS, toS]: readonly [number, number],
  seen: (atMs: number) => Sight,
): readonly (readonly [atS: number, notice: Notice])[] {
  const told: (readonly [number, Notice])[] = [];
  for (let atS = fromS; atS <= toS; atS += 1) {
    const atMs = T0 + atS * SECOND_MS;
    for (const notice of book.look(seen(atMs), atMs)) told.push([atS, notice]);
  }
  return told;
}

/** `300 venue-down`, `+` for what is over. */
const briefly = (told: ReturnType<typeof watch>) =>
  told.map(([atS, { topic, isOver }]) => `${atS} ${isOver ? "+" : ""}${topic}`);

const down = (sinceS: number) =>
  sight({
    venues: [venue({ watch: "unwatched", sinceMs: T0 + sinceS * SECOND_MS, reason: "cut" })],
  });

describe("what the operator is told", () => {
  test("nothing of a daemon that is well, nor of a venue that is soon back", () => {
    const book = new OpsBook();
    expect(watch(book, [0, 400], () => sight())).toEqual([]);
    expect(watch(book, [401, 690], () => down(401))).toEqual([]);
    expect(watch(book, [691, 2_000], () => sight())).toEqual([]);
  });

  test("a venue that stays away for five minutes, once, and that it is back", () => {
    const book = new OpsBook();
    const away = watch(book, [0, 720], () => down(0));
    expect(away).toEqual([
      [
        300,
        {
          ...{ topic: "venue-down", subject: "bybit", title: "Bybit", isOver: false },
          ...{ sinceMs: T0, atMs: T0 + 5 * MINUTE_MS, reasons: ["cut"], untold: 0 },
        },
      ],
    ]);
    const [back, ...more] = watch(book, [721, 2_000], () => sight());
    expect(more).toEqual([]);
    expect(back?.[1]).toMatchObject({ isOver: true, sinceMs: T0, atMs: T0 + 721 * SECOND_MS });
  });

  test("a venue whose sides seem exchanged, at once, and that they are right again", () => {
    const suspect = { sinceMs: T0, detail: "only 3 of its last 50 rows fit" };
    const book = new OpsBook();
    const told = watch(book, [0, 60], () => sight({ venues: [venue({ suspect })] }));
    expect(told.map(([, one]) => one)).toMatchObject([
      { topic: "suspect", subject: "bybit", isOver: false, reasons: [suspect.detail] },
    ]);
    const again = new OpsBook(book.state);
    expect(briefly(watch(again, [61, 90], () => sight()))).toEqual(["61 +suspect"]);
  });

  test("blindness for five minutes, once, and its end, over a restart", () => {
    const dark = (longPart: number | null, nowPart: number) => () =>
      sight({ darkness: { nowPart, longPart, venues: ["Binance", "Bybit"] } });
    const first = new OpsBook();
    expect(watch(first, [0, 299], dark(null, 1))).toEqual([]);
    expect(watch(first, [300, 301], dark(0.49, 0.9))).toEqual([]);
    expect(watch(first, [302, 900], dark(0.784, 0.9))).toEqual([
      [
        302,
        {
          ...{ topic: "blind", subject: "", title: "78% of the usual volume", isOver: false },
          ...{ sinceMs: T0 + 2 * SECOND_MS, atMs: T0 + 302 * SECOND_MS, untold: 0 },
          reasons: ["Binance", "Bybit"],
        },
      ],
    ]);
    const second = new OpsBook(JSON.parse(JSON.stringify(first.state)));
    expect(watch(second, [901, 950], dark(null, 0.6))).toEqual([]);
    expect(briefly(watch(second, [951, 2_000], dark(0, 0.49)))).toEqual(["951 +blind"]);
  });

  test("a venue that comes and goes: at most once in ten minutes, the others counted", () => {
    const book = new OpsBook();
    // Away for 5 min 10 s out of every 5 min 20 s.
    const told = watch(book, [0, 1_700], (atMs) => {
      const atS = (atMs - T0) / SECOND_MS;
      const startS = Math.floor(atS / 320) * 320;
      return atS - startS < 310 ? down(startS) : sight();
    });
    expect(briefly(told)).toEqual([
      ...["300 venue-down", "310 +venue-down", "940 venue-down", "950 +venue-down"],
      ...["1580 venue-down", "1590 +venue-down"],
    ]);
    const began = told.filter(([, { isOver }]) => !isOver).map(([, { untold }]) => untold);
    expect(began).toEqual([0, 1, 1]);
  });

  test("what was held back and still lasts when the ten minutes are over is told then", () => {
    const book = new OpsBook();
    const refused = (atS: number, mistake: string) =>
      sight({ refusal: { atMs: T0 + atS * SECOND_MS, mistakes: [mistake] } });
    expect(briefly(watch(book, [0, 59], () => refused(0, "first")))).toEqual(["0 configuration"]);
    expect(watch(book, [60, 119], () => refused(60, "second"))).toEqual([]);
    const told = watch(book, [120, 900], () => refused(120, "third"));
    expect(briefly(told)).toEqual(["600 configuration"]);
    expect(told[0]?.[1]).toMatchObject({ reasons: ["third"], untold: 1 });
    expect(briefly(watch(book, [901, 902], () => sight()))).toEqual(["901 +configuration"]);
  });

  test("a configuration that is right again, told at once", () => {
    const book = new OpsBook();
    const refusal = { atMs: T0, mistakes: ["rules[0].window: 7 expected 5m"] };
    expect(briefly(watch(book, [0, 5], () => sight({ refusal })))).toEqual(["0 configuration"]);
    expect(briefly(watch(book, [6, 900], () => sight()))).toEqual(["6 +configuration"]);
  });

  test("a venue that is switched off at once, and nothing more of its silence", () => {
    const book = new OpsBook();
    const off = venue({ watch: "off", reason: "HTTP 451" });
    const told = watch(book, [0, 4_000], () => sight({ venues: [off] }));
    expect(briefly(told)).toEqual(["0 venue-off"]);
    expect(told[0]?.[1].reasons).toEqual(["HTTP 451"]);
  });

  test("a wrong clock and a right one, and nothing while it cannot be known", () => {
    const book = new OpsBook();
    const wrong = { sinceMs: T0, warning: "Our clock seems 3.0 s ahead" };
    expect(watch(book, [0, 50], () => sight({ clock: "unknown" }))).toEqual([]);
    const told = watch(book, [51, 100], () => sight({ clock: wrong }));
    expect(briefly(told)).toEqual(["51 clock"]);
    expect(told[0]?.[1].reasons).toEqual([wrong.warning]);
    expect(watch(book, [101, 110], () => sight({ clock: "unknown" }))).toEqual([]);
    expect(briefly(watch(book, [111, 120], () => sight()))).toEqual(["111 +clock"]);
  });

  test("a database that was away for a minute, when it is back; a shorter time is no news", () => {
    const book = new OpsBook();
    const away = () => sight({ databaseTrouble: "connection refused" });
    expect(watch(book, [0, 58], away)).toEqual([]);
    expect(watch(book, [59, 100], () => sight())).toEqual([]);
    expect(watch(book, [101, 200], away)).toEqual([]);
    const told = watch(book, [201, 2_000], () => sight());
    expect(briefly(told)).toEqual(["201 +database"]);
    expect(told[0]?.[1]).toMatchObject({
      ...{ sinceMs: T0 + 101 * SECOND_MS, reasons: ["connection refused"] },
    });
  });

  test("a parked target and that it works again; a target that is taken away is forgotten", () => {
    const book = new OpsBook();
    const one = { target: "discord", sinceMs: T0, reason: "gone: 404" };
    const parked = [one, { target: "ops", sinceMs: T0, reason: "auth: 401" }];
    expect(briefly(watch(book, [0, 5], () => sight({ parked })))).toEqual(["0 target", "0 target"]);
    const told = watch(book, [6, 9], () => sight({ targets: ["discord"] }));
    expect(told.map(([, { subject, isOver }]) => [subject, isOver])).toEqual([["discord", true]]);
  });

  test("that it took over, once", () => {
    const book = new OpsBook();
    const told = watch(book, [0, 4_000], () => sight({ tookOverAtMs: T0 }));
    expect(briefly(told)).toEqual(["0 takeover"]);
  });

  test("a venue whose messages are not understood, until a liquidation is", () => {
    const book = new OpsBook();
    const seen = (rows: number, frames: number) => () => {
      const detail = "shape: topic is 7";
      const degraded = frames === 0 ? null : { sinceMs: T0, frames, detail };
      return sight({ venues: [venue({ rows, degraded })] });
    };
    const told = [...watch(book, [0, 9], seen(5, 20)), ...watch(book, [10, 90], seen(5, 90))];
    expect(briefly(told)).toEqual(["0 decoding"]);
    const reason = "20 messages in a row, the last of them shape: topic is 7";
    expect(told[0]?.[1]).toMatchObject({ sinceMs: T0, reasons: [reason] });
    // A restart forgets the messages, and a silent venue proves nothing.
    expect(watch(book, [91, 99], seen(0, 0))).toEqual([]);
    expect(briefly(watch(book, [100, 200], seen(1, 0)))).toEqual(["100 +decoding"]);
  });
});

describe("a venue that hangs up again and again", () => {
  const unsteady = { sinceMs: T0, hangUps: 40, reason: "cut: code 1006" };
  /** Subscribed anew two seconds ago, whenever it is looked at. */
  const flapping = (atMs: number) =>
    sight({ venues: [venue({ unsteady, sinceMs: atMs - 2 * SECOND_MS })] });

  test("is told after five minutes, and that its connections hold once they do", () => {
    const book = new OpsBook();
    const told = watch(book, [0, 900], flapping);
    expect(briefly(told)).toEqual(["300 venue-unsteady"]);
    const reason = "40 times in a row, the last of them cut: code 1006";
    expect(told[0]?.[1]).toMatchObject({ sinceMs: T0, reasons: [reason] });
    expect(briefly(watch(book, [901, 1_000], () => sight()))).toEqual(["901 +venue-unsteady"]);
  });

  test("does not hold because a restart has forgotten its hang-ups", () => {
    const book = new OpsBook();
    watch(book, [0, 400], flapping);
    const fresh = (atMs: number) => sight({ venues: [venue({ sinceMs: atMs - 10 * SECOND_MS })] });
    expect(watch(book, [401, 500], fresh)).toEqual([]);
    const held = () => sight({ venues: [venue({ sinceMs: T0 + 500 * SECOND_MS })] });
    expect(briefly(watch(book, [501, 600], held))).toEqual(["560 +venue-unsteady"]);
  });
});

describe("after a restart", () => {
  const restarted = (book: OpsBook) => new OpsBook(JSON.parse(JSON.stringify(book.state)));

  test("what was told is not told again, and that it is over is told with its beginning", () => {
    const before = new OpsBook();
    watch(before, [0, 400], () => down(0));
    const book = restarted(before);
    // The new process has not been subscribed since its start.
    expect(watch(book, [410, 1_800], () => down(410))).toEqual([]);
    const [back] = watch(book, [1_801, 1_802], () => sight());
    expect(back?.[1]).toMatchObject({ topic: "venue-down", isOver: true, sinceMs: T0 });
  });

  test("a clock is not called right before anything speaks for it", () => {
    const before = new OpsBook();
    const wrong = { sinceMs: T0, warning: "Our clock seems 3.0 s ahead" };
    watch(before, [0, 1], () => sight({ clock: wrong }));
    const book = restarted(before);
    expect(watch(book, [2, 100], () => sight({ clock: "unknown" }))).toEqual([]);
    expect(briefly(watch(book, [101, 101], () => sight()))).toEqual(["101 +clock"]);
  });

  test("the ten minutes go on, and what another version wrote is left out", () => {
    const before = new OpsBook();
    const refusal = { atMs: T0, mistakes: ["one"] };
    watch(before, [0, 1], () => sight({ refusal }));
    watch(before, [2, 2], () => sight());
    const state = { ...before.state, "venue/odd": { topic: "unheard-of" }, clock: "wrong" };
    const book = new OpsBook(state);
    const again = sight({ refusal: { atMs: T0 + 9 * SECOND_MS, mistakes: ["two"] } });
    expect(briefly(watch(book, [9, 700], () => again))).toEqual(["600 configuration"]);
    expect(Object.keys(book.state)).toEqual(["configuration"]);
  });
});
