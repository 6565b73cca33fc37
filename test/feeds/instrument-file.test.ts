import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addInstrumentFile } from "../../src/feeds/instrument-file.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import { okx } from "../../src/feeds/venues/okx.ts";
import { scratchFolder } from "../real/run-folder.ts";

const ENTRY = {
  ...{ instId: "NEW-USDT-SWAP", uly: "NEW-USDT", settleCcy: "USDT", ctType: "linear" },
  ...{ ctVal: "10", ctMult: "1", ctValCcy: "NEW", expTime: "" },
};
const PAGE = { code: "0", msg: "", data: [ENTRY] };
const LISTED = {
  ...{ venue: "okx", symbol: "NEW-USDT-SWAP", market: "NEW/USDT:USDT", asset: "NEW" },
  ...{ multiplier: 1, quote: "USDT", isInverse: false, contractSize: "10" },
};
const { venue: _, ...INSTRUMENT } = LISTED;

/** How many contracts the text gave, and what is then known of the one in it. */
async function readText(text: string) {
  const path = join(scratchFolder("instruments"), "given.json");
  writeFileSync(path, text);
  const instruments = new Instruments();
  const count = await addInstrumentFile(path, { venue: okx, instruments });
  return { count, known: instruments.get("okx", "NEW-USDT-SWAP") };
}

describe("a file of contracts", () => {
  it.each([
    ["our own table", JSON.stringify({ instruments: [LISTED] })],
    ["a page as the venue's REST sends it", JSON.stringify(PAGE)],
    ["a list of pages", JSON.stringify([{ code: "0", data: [] }, PAGE])],
    ["one page per line, blank and foreign lines between", `\n${JSON.stringify(PAGE)}\nno JSON\n`],
    ["a fixture line around a page", JSON.stringify({ kind: "instruments", message: PAGE })],
  ])("may be %s", async (_name, text) => {
    expect(await readText(text)).toEqual({ count: 1, known: INSTRUMENT });
  });

  it("that holds no contract of the venue is refused by name", async () => {
    const refused = readText(JSON.stringify({ instruments: [{ ...LISTED, multiplier: 0 }] }));
    await expect(refused).rejects.toThrow(/^No contract of okx in .*given\.json: expected /);
  });

  it("that is not there is an error of the command", async () => {
    const adding = addInstrumentFile("/nowhere/given.json", {
      ...{ venue: okx, instruments: new Instruments() },
    });
    await expect(adding).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringMatching(/^Cannot read \/nowhere\/given\.json: /),
    });
  });
});
