import { describe, expect, it } from "vitest";
import { HOLD_REASONS } from "../../src/alert.ts";
import { Scene, type SeenRow, WHOLE } from "./incident-scene.ts";
import { T0 } from "./samples.ts";

const NOTHING: readonly unknown[] = [];

const says = (rows: readonly SeenRow[]) => rows.map((row) => row.says);

/** A scene held by a mute from the start, or opened LOW at 0 and held afterwards. */
function muted(over: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(over);
  scene.hold = "mute";
  return scene;
}
function openedThenMuted(over: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(over);
  scene.input(0, 100);
  scene.hold = "mute";
  return scene;
}

describe("a hold with nothing open", () => {
  it("leaves no trace while nothing would have opened", () => {
    const scene = muted();
    expect(scene.input(0, 99)).toEqual(NOTHING);
    scene.hold = null;
    expect(scene.input(10, 99)).toEqual(NOTHING);
    expect(scene.machine.incident).toBeNull();
  });

  it("turns an opening into a silent one, told with its reason when the hold ends", () => {
    const scene = muted();
    expect(scene.input(5, 150)).toEqual(NOTHING);
    expect(scene.input(6, 220)).toEqual(NOTHING);
    scene.hold = null;
    expect(scene.tick(100, 210)).toEqual([
      {
        at: 5,
        says: "mute incident-5",
        rank: 2,
        value: 150,
        telling: 0,
        window: 5,
        until: 100,
        count: 2,
      },
      { at: 100, says: "opened incident-5", rank: 2, value: 210, telling: 1, window: 100 },
    ]);
    expect(scene.machine).toMatchObject({ told: 2, quietUntilMs: T0 + 60_100 });
  });

  it("names every reason as it is", () => {
    for (const reason of HOLD_REASONS) {
      const scene = new Scene();
      scene.hold = reason;
      scene.input(0, 150);
      scene.hold = null;
      expect(says(scene.input(50, 150))).toEqual([`${reason} incident-0`, "opened incident-0"]);
    }
  });

  it("ends under LOW: the incident stays silent and opens when it comes back", () => {
    const scene = muted();
    scene.input(5, 150);
    scene.hold = null;
    expect(scene.tick(100, 80)).toMatchObject([{ says: "mute incident-5", until: 100 }]);
    expect(scene.tick(200, 80)).toEqual(NOTHING);
    expect(scene.input(250, 120)).toMatchObject([{ says: "opened incident-5", telling: 1 }]);
  });

  it("ends with the incident that resolves inside it, without a resolved row", () => {
    const scene = muted();
    scene.input(5, 150);
    const rows = scene.ticks(100, 12_000, 0);
    expect(rows).toMatchObject([{ says: "mute incident-5", at: 5, until: 10_100, count: 1 }]);
    expect(scene.machine).toMatchObject({ incident: null, told: 0, last: null });
    scene.hold = null;
    expect(scene.input(13_000, 100)).toMatchObject([{ says: "opened incident-13000" }]);
  });

  it("gives way to another hold: two stretches, one behind the other", () => {
    const scene = muted();
    scene.input(5, 150);
    scene.hold = "maintenance";
    expect(scene.tick(100, 250)).toMatchObject([{ says: "mute incident-5", rank: 1, until: 100 }]);
    scene.hold = null;
    expect(scene.tick(200, 150)).toMatchObject([
      { says: "maintenance incident-5", at: 100, rank: 2, value: 250, until: 200, count: 1 },
      { says: "opened incident-5", rank: 1 },
    ]);
  });
});

describe("a hold after an incident", () => {
  /** Opened at 0, resolved at 20,000, quiet until 60,000, may reopen until 25,000. */
  function resolved(): Scene {
    const scene = new Scene({ resolve: { reopenWithinMs: 5_000 } });
    scene.input(0, 150);
    scene.ticks(0, 10_000, 100);
    scene.ticks(10_000, 20_000, 0);
    return scene;
  }

  it("keeps it from reopening: what opens silently is another incident", () => {
    const scene = resolved();
    scene.hold = "quiet-hours";
    expect(scene.input(21_000, 900)).toEqual(NOTHING);
    expect(scene.begun).toEqual([0, 21_000]);
    scene.hold = null;
    expect(says(scene.input(22_000, 900))).toEqual([
      "quiet-hours incident-21000",
      "opened incident-21000",
    ]);
  });

  it("ends inside the cooldown: the same incident goes on in a cooldown stretch", () => {
    const scene = resolved();
    scene.hold = "mute";
    scene.input(30_000, 150);
    scene.hold = null;
    expect(scene.tick(31_000, 160)).toMatchObject([{ says: "mute incident-30000", until: 31_000 }]);
    expect(scene.deadline).toBe(60_000);
    expect(scene.tick(60_000, 170)).toMatchObject([
      { says: "cooldown incident-30000", at: 31_000, value: 160, until: 60_000, count: 1 },
      { says: "opened incident-30000", value: 170 },
    ]);
  });

  it("ends inside the cooldown above what was told: opened at once", () => {
    const scene = resolved();
    scene.hold = "mute";
    scene.input(30_000, 150);
    scene.hold = null;
    expect(says(scene.input(31_000, 400))).toEqual([
      "mute incident-30000",
      "opened incident-30000",
    ]);
  });

  it("that begins in a cooldown stretch takes over when the quiet time ends", () => {
    const scene = resolved();
    scene.input(30_000, 150);
    scene.hold = "mute";
    expect(scene.tick(40_000, 150)).toEqual(NOTHING);
    expect(scene.tick(60_000, 130)).toMatchObject([
      { says: "cooldown incident-30000", at: 30_000, until: 60_000 },
    ]);
    scene.hold = null;
    expect(scene.tick(61_000, 140)).toMatchObject([
      { says: "mute incident-30000", at: 60_000, value: 130, until: 61_000 },
      { says: "opened incident-30000", value: 140 },
    ]);
  });

  it("holds back a higher severity inside the cooldown too: it counts in that stretch", () => {
    const scene = resolved();
    scene.input(30_000, 150);
    scene.hold = "mute";
    expect(scene.input(31_000, 450)).toEqual(NOTHING);
    scene.hold = null;
    expect(scene.input(32_000, 450)).toMatchObject([
      { says: "cooldown incident-30000", rank: 3, until: 32_000, count: 2 },
      { says: "opened incident-30000", rank: 3 },
    ]);
  });

  it("that began and ended within a cooldown stretch leaves no row of its own", () => {
    const scene = resolved();
    scene.input(30_000, 150);
    scene.hold = "mute";
    scene.tick(31_000, 150);
    scene.hold = null;
    expect(scene.tick(32_000, 150)).toEqual(NOTHING);
    expect(says(scene.tick(60_000, 150))).toEqual([
      "cooldown incident-30000",
      "opened incident-30000",
    ]);
  });
});

describe("a hold with a told incident", () => {
  it("leaves no trace while nothing would have escalated", () => {
    const scene = openedThenMuted();
    expect(scene.input(10, 150)).toEqual(NOTHING);
    scene.hold = null;
    expect(scene.input(20, 150)).toEqual(NOTHING);
  });

  it("turns escalations into none, told as one stretch when it ends, then escalates", () => {
    const scene = openedThenMuted();
    for (const value of [250, 150, 260, 500]) expect(scene.input(value, value)).toEqual(NOTHING);
    expect(scene.machine.told).toBe(1);
    scene.hold = null;
    expect(scene.tick(600, 450)).toEqual([
      {
        at: 250,
        says: "mute incident-0",
        rank: 3,
        value: 250,
        telling: 0,
        window: 250,
        until: 600,
        count: 2,
      },
      { at: 600, says: "escalated incident-0", rank: 3, value: 450, telling: 2, window: 600 },
    ]);
  });

  it("ends without an escalation when the severity has gone down again", () => {
    const scene = openedThenMuted();
    scene.input(10, 250);
    scene.hold = null;
    expect(says(scene.tick(100, 150))).toEqual(["mute incident-0"]);
    expect(scene.tick(200, 150)).toEqual(NOTHING);
    expect(scene.input(210, 250)).toMatchObject([{ says: "escalated incident-0", telling: 2 }]);
  });

  it("does not keep it from resolving; its stretch comes first", () => {
    const scene = openedThenMuted();
    scene.input(10, 250);
    const rows = scene.ticks(0, 10_100, 0);
    expect(rows).toMatchObject([
      { says: "mute incident-0", at: 10, until: 10_100, count: 1 },
      { says: "resolved incident-0", at: 10_100, rank: 2, value: 250, window: WHOLE, telling: 2 },
    ]);
  });

  it("resolves without a stretch when nothing was held back", () => {
    const scene = openedThenMuted();
    expect(scene.ticks(0, 9_900, 0)).toEqual(NOTHING);
    expect(says(scene.tick(10_000, 0))).toEqual(["resolved incident-0"]);
  });

  it("gives way to another hold while the severity is still above what was told", () => {
    const scene = openedThenMuted();
    scene.input(10, 250);
    scene.hold = "inhibited";
    expect(scene.tick(100, 260)).toMatchObject([{ says: "mute incident-0", until: 100 }]);
    scene.hold = null;
    expect(scene.tick(200, 450)).toMatchObject([
      { says: "inhibited incident-0", at: 100, rank: 2, value: 260, until: 200 },
      { says: "escalated incident-0", rank: 3 },
    ]);
  });

  it("keeps a reopened incident's escalations back as any other's", () => {
    const scene = new Scene({ resolve: { reopenWithinMs: 5_000 } });
    scene.input(0, 150);
    scene.ticks(0, 10_100, 0);
    expect(says(scene.input(11_000, 150))).toEqual(["reopened incident-0"]);
    scene.hold = "maintenance";
    expect(scene.input(12_000, 250)).toEqual(NOTHING);
    scene.hold = null;
    expect(says(scene.input(13_000, 250))).toEqual([
      "maintenance incident-0",
      "escalated incident-0",
    ]);
  });
});
