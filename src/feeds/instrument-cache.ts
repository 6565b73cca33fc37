/**
 * The last listing of a venue on disk, in the format of `config/instruments.json`: a start without
 * network knows what the last run knew. A damaged or missing file is the same as none.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LiqError, messageOf } from "../errors.ts";
import type { VenueId } from "../liquidation.ts";
import { readTable } from "./instruments.ts";
import type { Instrument } from "./venue.ts";

export class InstrumentCache {
  readonly #venue: VenueId;
  readonly #file: string;

  constructor(dataDir: string, venue: VenueId) {
    this.#venue = venue;
    this.#file = join(dataDir, "instruments", `${venue}.json`);
  }

  /**
   * The contracts last written, none when there is no file.
   * @throws LiqError LIQ_INSTRUMENT when there is a file that cannot be read
   */
  async read(): Promise<readonly Instrument[]> {
    try {
      const { listed, rejects } = readTable(JSON.parse(await readFile(this.#file, "utf8")));
      const [first] = rejects;
      if (first !== undefined) throw new Error(first.detail);
      return listed.flatMap(({ venue, instrument }) => (venue === this.#venue ? instrument : []));
    } catch (thrown) {
      if (isMissing(thrown)) return [];
      throw this.#error("read", thrown);
    }
  }

  /** Whole or not at all: written beside the file, then renamed over it. */
  async write(listed: readonly Instrument[], savedAtMs: number): Promise<void> {
    const instruments = listed.map((instrument) => ({ venue: this.#venue, ...instrument }));
    const unfinished = `${this.#file}.unfinished`;
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFile(unfinished, `${JSON.stringify({ savedAtMs, instruments })}\n`);
      await rename(unfinished, this.#file);
    } catch (thrown) {
      throw this.#error("write", thrown);
    }
  }

  #error(verb: string, thrown: unknown): LiqError {
    const text = `Cannot ${verb} the instrument cache ${this.#file}: ${messageOf(thrown)}`;
    return new LiqError("LIQ_INSTRUMENT", text, { cause: thrown });
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
}
