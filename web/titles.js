/** How people write a venue's name, as the feeds section says it. */

/** @type {Map<string, string>} */
const titles = new Map();

/** @param {readonly any[]} feeds */
export function learnTitles(feeds) {
  for (const feed of feeds) titles.set(feed.venue, feed.title);
}

/** @param {string} venue */
export function venueTitle(venue) {
  return titles.get(venue) ?? venue;
}
