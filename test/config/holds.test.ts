/** Quiet hours, maintenance and mutes as people write them. */
import { describe, expect, test } from "vitest";
import { load, mistakesOf } from "./loading.ts";

describe("what keeps alerts from being told", () => {
  test("is nothing unless the file says so", () => {
    expect(load(null).holds).toEqual({ quietHours: null, maintenance: [], mutes: [] });
  });

  test("is read into minutes and instants", () => {
    const { holds } = load(`
quietHours: { from: "22:30", to: "07:00", zone: Europe/Berlin }
maintenance: [{ from: 2026-12-01T02:00:00Z, to: "2026-12-01T05:30:00+01:00" }]
mutes: [{ asset: doge }, { venue: gate }, { asset: BTC, rule: whale }]
`);
    expect(holds).toEqual({
      quietHours: {
        ...{ fromMinute: 1_350, toMinute: 420, zone: "Europe/Berlin", breaksThrough: "CRITICAL" },
      },
      maintenance: [
        { fromMs: Date.parse("2026-12-01T02:00Z"), toMs: Date.parse("2026-12-01T04:30Z") },
      ],
      mutes: [{ asset: "DOGE" }, { asset: null, venue: "gate" }, { asset: "BTC", rule: "whale" }],
    });
  });

  test.each([
    ['quietHours: { from: "24:00", to: "07:00" }', "quietHours.from", "a time of day"],
    ['quietHours: { from: "22:00", to: "22:00" }', "quietHours.to", "another time than from"],
    ['quietHours: { from: "22:00", to: "07:00", zone: Berlin }', "quietHours.zone", "an IANA time"],
    ['quietHours: { from: "22:00" }', "quietHours.to", "both from and to"],
    [
      "maintenance: [{ from: 2026-12-01, to: 2026-12-02T00:00:00Z }]",
      "maintenance[0].from",
      "with its zone",
    ],
    [
      "maintenance: [{ from: 2026-12-02T00:00:00Z, to: 2026-12-01T00:00:00Z }]",
      ...["maintenance[0].to", "a time after from"],
    ],
    ["mutes: [{}]", "mutes[0]", "an asset, a venue or a rule"],
    ["mutes: [{ rule: wale }]", "mutes[0].rule", "did you mean whale?"],
    ["mutes: [{ venue: gat }]", "mutes[0].venue", "did you mean gate?"],
  ])("%s is refused with its path", (text, path, expected) => {
    const mistakes = mistakesOf(text);
    expect(mistakes.map((mistake) => mistake.path)).toEqual([path]);
    expect(mistakes[0]?.expected).toContain(expected);
  });
});
