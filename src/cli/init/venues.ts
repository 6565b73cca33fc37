/** The venue part of `init`: which of them can be reached from here, told as the answers come. */
import type { VenueSettings } from "../../config.ts";
import { venueById } from "../../feeds/index.ts";
import { checkReach, type HostAnswer } from "../../feeds/reach.ts";
import type { Venue } from "../../feeds/venue.ts";
import type { VenueId } from "../../liquidation.ts";
import type { Wizard } from "./wizard.ts";

/** Venues looked at side by side: the worst case is one time limit for each so many. */
const CHECKS_MAX = 8;

/** What the hosts of one venue answered. */
export interface VenueReach {
  readonly venue: VenueId;
  readonly title: string;
  readonly isReachable: boolean;
  /** Kept out for where we are. */
  readonly isBlocked: boolean;
  /** One text for each host that does not answer. */
  readonly troubles: readonly string[];
  /** The same keeps us from all of its hosts; null = not so. */
  readonly oneTrouble: string | null;
}

/** Looks at every venue that is on. */
export async function reachVenues(
  venues: readonly VenueSettings[],
  wizard: Wizard,
): Promise<readonly VenueReach[]> {
  const { dialog, signal } = wizard;
  dialog.title("4/5 Venues");
  const waiting = venues.filter(({ enabled }) => enabled);
  dialog.say(`Trying ${waiting.length} venues, up to 10 s each ...`);
  const reached = new Map<VenueId, VenueReach>();
  const workers = Array.from({ length: CHECKS_MAX }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const venue = venueById(next.id);
      if (venue === null) continue;
      const answers = await checkReach(venue, { ...wizard, ...next });
      signal.throwIfAborted();
      const reach = reachOf(venue, answers);
      reached.set(next.id, reach);
      dialog.say(...wordsOf(reach));
    }
  });
  await Promise.all(workers);
  const all = venues.flatMap(({ id }) => reached.get(id) ?? []);
  tellSum(all, wizard);
  return all;
}

function reachOf(venue: Venue, answers: readonly HostAnswer[]): VenueReach {
  const silent = answers.filter(({ trouble }) => trouble !== null);
  const first = answers[0]?.trouble ?? null;
  return {
    ...{ venue: venue.id, title: venue.title },
    isReachable: silent.length === 0,
    isBlocked: silent.some(({ isBlocked }) => isBlocked),
    troubles: silent.map(({ kind, host, trouble }) => `${kind} ${host}: ${trouble}`),
    oneTrouble: new Set(answers.map(({ trouble }) => trouble)).size === 1 ? first : null,
  };
}

function wordsOf(reach: VenueReach): readonly string[] {
  const { title, isReachable, troubles, oneTrouble } = reach;
  if (isReachable) return [`✓ ${title}`];
  if (oneTrouble !== null) return [`✗ ${title}: ${oneTrouble}`];
  if (troubles.length === 1) return [`✗ ${title}: ${troubles[0]}`];
  return [`✗ ${title}`, ...troubles.map((trouble) => `    ${trouble}`)];
}

function tellSum(all: readonly VenueReach[], { dialog }: Wizard): void {
  const reachable = all.filter(({ isReachable }) => isReachable).length;
  if (reachable === all.length) return;
  dialog.say(`${reachable} of ${all.length} can be reached from here.`);
  if (reachable === 0) {
    dialog.say("Is there a firewall or a proxy in between? Alerts need at least one venue.");
  } else if (all.some((one) => !one.isReachable && !one.isBlocked)) {
    dialog.say("The daemon goes on trying the others for as long as it runs.");
  }
}

/** Those that will stay blocked, if they are to be left out and others remain. */
export async function askVenuesOff(
  all: readonly VenueReach[],
  { dialog }: Wizard,
): Promise<readonly VenueReach[]> {
  const blocked = all.filter(({ isBlocked }) => isBlocked);
  if (blocked.length === 0 || !all.some(({ isReachable }) => isReachable)) return [];
  const names = blocked.map(({ title }) => title).join(", ");
  const question = `Leave out what is blocked (${names})?`;
  const isOff = await dialog.confirm(question, { enter: true, unattended: false });
  return isOff ? blocked : [];
}
