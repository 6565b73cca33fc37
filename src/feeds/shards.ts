/** Which connection carries which topic. Topics never move: moving would be a gap for no reason. */

/**
 * The shards for `wanted`: topics no longer wanted leave theirs, new ones fill free places in
 * order, the rest open new shards. Positions are kept; a shard may come out empty.
 */
export function assignShards(
  shards: readonly (readonly string[])[],
  wanted: readonly string[],
  topicsPerConnectionMax: number,
): string[][] {
  const unplaced = new Set(wanted);
  const result = shards.map((topics) => topics.filter((topic) => unplaced.delete(topic)));
  let place = 0;
  for (const topic of unplaced) {
    while ((result[place]?.length ?? 0) >= topicsPerConnectionMax) place += 1;
    const shard = result[place];
    if (shard === undefined) result.push([topic]);
    else shard.push(topic);
  }
  return result;
}
