/**
 * Price, size and names of every resident row, once for all series that hold it. Rows stand in
 * order of arrival under a running number; a ring keeps that number (`ref`).
 */
import { type PositionSide, type PriceKind, type VenueId, venueSlot } from "../liquidation.ts";

const CAPACITY_MIN = 64;
const GROWTH = 1.5;
const FLAG_SHORT = 1;
const FLAG_FIRST_OF_ORDER = 2;
const FLAG_PRICED = 4;

/** What rows of one venue, symbol, asset and price kind have in common. */
export interface RowGroup {
  readonly index: number;
  readonly venue: VenueId;
  readonly symbol: string | null;
  readonly asset: string | null;
  readonly priceKind: PriceKind | null;
}

/** One row with everything that a tally wants to know. */
export interface TableRow {
  readonly timeMs: number;
  readonly arrival: number;
  readonly cents: number;
  readonly isPriced: boolean;
  readonly positionSide: PositionSide;
  readonly countsOrder: boolean;
  readonly price: number | null;
  readonly size: number | null;
  readonly group: RowGroup;
}

export class RowTable {
  #capacity = CAPACITY_MIN;
  #times = new Float64Array(CAPACITY_MIN);
  #cents = new Float64Array(CAPACITY_MIN);
  #prices = new Float64Array(CAPACITY_MIN);
  #sizes = new Float64Array(CAPACITY_MIN);
  #groups = new Uint32Array(CAPACITY_MIN);
  #flags = new Uint8Array(CAPACITY_MIN);
  #front = 0;
  #size = 0;
  /** Running number of the first resident row. */
  #start = 0;
  readonly #groupList: RowGroup[] = [];
  /** `venueSlot` of each group. */
  readonly #venueSlots: number[] = [];
  readonly #groupByName = new Map<string, RowGroup>();

  get start(): number {
    return this.#start;
  }
  get end(): number {
    return this.#start + this.#size;
  }
  /** Bytes held by the columns, for the benchmark. */
  get bytes(): number {
    return this.#capacity * 37;
  }

  /** Continues the numbering of an earlier table: prices of equal times stand in order of arrival. */
  startAt(number: number): void {
    if (this.#size > 0) throw new RangeError("Only an empty row table can be renumbered");
    this.#start = number;
  }

  group(names: Omit<RowGroup, "index">): RowGroup {
    const { venue, symbol, asset, priceKind } = names;
    // A symbol may hold any sign; its length keeps it apart from the asset behind it.
    const key = `${venue}|${priceKind ?? ""}|${symbol?.length ?? ""}|${symbol ?? ""}${asset ?? ""}`;
    const known = this.#groupByName.get(key);
    if (known !== undefined) return known;
    const group: RowGroup = {
      index: this.#groupList.length,
      venue,
      symbol,
      asset,
      priceKind,
    };
    this.#groupList.push(group);
    this.#venueSlots.push(venueSlot(venue));
    this.#groupByName.set(key, group);
    return group;
  }

  /** Adds a row and returns its running number. */
  add(row: Omit<TableRow, "arrival">): number {
    if (this.#size === this.#capacity) this.#grow();
    const slot = this.#slot(this.end);
    this.#times[slot] = row.timeMs;
    this.#cents[slot] = row.cents;
    this.#prices[slot] = row.price ?? Number.NaN;
    this.#sizes[slot] = row.size ?? Number.NaN;
    this.#groups[slot] = row.group.index;
    this.#flags[slot] =
      (row.positionSide === "short" ? FLAG_SHORT : 0) |
      (row.countsOrder ? FLAG_FIRST_OF_ORDER : 0) |
      (row.isPriced ? FLAG_PRICED : 0);
    this.#size += 1;
    return this.end - 1;
  }

  /** The row of a running number (or of its low 32 bits, as rings keep them). */
  get(ref: number): TableRow {
    const offset = (ref - this.#start) >>> 0;
    const slot = this.#slotOf(ref);
    const flags = this.#flags[slot] as number;
    return {
      timeMs: this.#times[slot] as number,
      arrival: this.#start + offset,
      cents: this.#cents[slot] as number,
      isPriced: (flags & FLAG_PRICED) !== 0,
      positionSide: (flags & FLAG_SHORT) === 0 ? "long" : "short",
      countsOrder: (flags & FLAG_FIRST_OF_ORDER) !== 0,
      price: known(this.#prices[slot] as number),
      size: known(this.#sizes[slot] as number),
      group: this.#groupList[this.#groups[slot] as number] as RowGroup,
    };
  }

  /** Of the row of a running number: its venue's place in `VENUE_IDS`, without making an object. */
  venueSlotOf(ref: number): number {
    return this.#venueSlots[this.#groups[this.#slotOf(ref)] as number] as number;
  }
  centsOf(ref: number): number {
    return this.#cents[this.#slotOf(ref)] as number;
  }
  isShort(ref: number): boolean {
    return ((this.#flags[this.#slotOf(ref)] as number) & FLAG_SHORT) !== 0;
  }
  /** null = the row has none. */
  priceOf(ref: number): number | null {
    return known(this.#prices[this.#slotOf(ref)] as number);
  }

  /**
   * Drops rows from the front whose time is at or before `timeMs`. A row behind a younger one stays
   * a little longer; a row that a ring still holds is never dropped, as rings drop by the same time.
   */
  evictThrough(timeMs: number): void {
    while (this.#size > 0 && (this.#times[this.#front] as number) <= timeMs) {
      this.#front = this.#front + 1 === this.#capacity ? 0 : this.#front + 1;
      this.#start += 1;
      this.#size -= 1;
    }
  }

  #slotOf(ref: number): number {
    return this.#slot(this.#start + ((ref - this.#start) >>> 0));
  }

  #slot(number: number): number {
    const slot = this.#front + (number - this.#start);
    return slot >= this.#capacity ? slot - this.#capacity : slot;
  }

  #grow(): void {
    const capacity = Math.ceil(this.#capacity * GROWTH);
    this.#times = this.#unrolled(this.#times, new Float64Array(capacity));
    this.#cents = this.#unrolled(this.#cents, new Float64Array(capacity));
    this.#prices = this.#unrolled(this.#prices, new Float64Array(capacity));
    this.#sizes = this.#unrolled(this.#sizes, new Float64Array(capacity));
    this.#groups = this.#unrolled(this.#groups, new Uint32Array(capacity));
    this.#flags = this.#unrolled(this.#flags, new Uint8Array(capacity));
    this.#front = 0;
    this.#capacity = capacity;
  }

  #unrolled<Column extends Float64Array | Uint32Array | Uint8Array>(
    old: Column,
    wider: Column,
  ): Column {
    const upTo = Math.min(this.#capacity, this.#front + this.#size);
    wider.set(old.subarray(this.#front, upTo), 0);
    wider.set(old.subarray(0, this.#size - (upTo - this.#front)), upTo - this.#front);
    return wider;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
