/** Runs the look-ups that a venue describes as data, page by page. Failures are told, never thrown. */
import { messageOf } from "../errors.ts";
import type { Reject } from "../liquidation.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { rebase } from "./endpoint.ts";
import { fetchJson } from "./rest.ts";
import type { LookUp, Venue } from "./venue.ts";

/** More pages than any venue has; a cursor that leads in circles ends here. */
export const PAGES_MAX = 50;

export interface LookUpOptions {
  readonly venue: Pick<Venue, "restUrl">;
  /** Scheme, host and port in place of the venue's own; null = the venue's. */
  readonly restUrl: string | null;
  readonly runtime: Runtime;
  readonly log: Log;
}

export class LookUps {
  readonly #options: LookUpOptions;

  constructor(options: LookUpOptions) {
    this.#options = options;
  }

  /** All pages; null when one of them failed or nothing at all is listed. */
  async read<Found extends object>(
    source: LookUp<Found>,
    signal: AbortSignal,
  ): Promise<readonly Found[] | null> {
    const pages: Found[] = [];
    let path: string | null = source.path;
    try {
      while (path !== null) {
        if (pages.length === PAGES_MAX)
          throw new Error(`More than ${PAGES_MAX} pages below ${source.path}`);
        const page: ReturnType<LookUp<Found>["parse"]> = await this.#page(source, path, signal);
        pages.push(page);
        path = page.next;
      }
      if (pages.every(isEmpty)) throw new Error(`Nothing is listed at ${source.path}`);
      return pages;
    } catch (thrown) {
      if (!signal.aborted) {
        const error = messageOf(thrown);
        const { log } = this.#options;
        log.warn({ code: "LIQ_INSTRUMENT", error }, "An instrument list was not refreshed");
      }
      return null;
    }
  }

  async #page<Found>(source: LookUp<Found>, path: string, signal: AbortSignal) {
    const { runtime, restUrl, venue } = this.#options;
    const url = rebase(new URL(path, venue.restUrl).href, restUrl);
    const { body } = source;
    const page = source.parse(await fetchJson(url, { runtime, signal, body }));
    if (page.rejects.length > 0) this.#refused(url, page.rejects);
    return page;
  }

  #refused(url: string, rejects: readonly Reject[]): void {
    this.#options.log.debug(
      { code: "LIQ_INSTRUMENT", url, count: rejects.length, first: rejects[0]?.detail },
      "Some listed contracts cannot be read",
    );
  }
}

/** A page lists contracts or names; refused entries are neither. */
function isEmpty(page: object): boolean {
  return Object.entries(page).every(
    ([name, listed]) => name === "rejects" || !Array.isArray(listed) || listed.length === 0,
  );
}
