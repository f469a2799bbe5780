import { at, found } from "../../errors/at.ts";
import { bindingAlignment } from "../../gpu/constants.ts";

/** Memory that is needed from turn `first` to turn `last`, both included. */
export interface Interval {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where an interval's memory begins: bytes from the start of an arena. */
export interface ArenaOffset {
  readonly arena: number;
  readonly offset: number;
}

export interface Packing {
  /** A place for each interval, in their order. */
  readonly places: readonly ArenaOffset[];
  /** Bytes of each arena. */
  readonly arenas: readonly number[];
}

interface Placed extends Interval {
  readonly offset: number;
}

/**
 * Gives intervals places such that what is needed at the same time does not overlap: the largest first, each at the lowest
 * offset that is free for all of its time ("greedy by size for offset calculation", Pisarchyk and Lee 2020, arXiv
 * 2001.03288). Places begin where a binding can. What would end beyond `limit` bytes goes to a further arena.
 */
export function packIntervals(intervals: readonly Interval[], limit = Number.POSITIVE_INFINITY): Packing {
  const arenas: Arena[] = [];
  const places = new Map<Interval, ArenaOffset>();
  const largestFirst = [...intervals].sort((a, b) => b.bytes - a.bytes || a.first - b.first);
  for (const interval of largestFirst) {
    const bytes = alignUp(interval.bytes);
    const offsets = arenas.map((arena) => lowestOffset(interval, bytes, neighboursIn(arena, interval)));
    const known = offsets.findIndex((offset) => offset + bytes <= limit);
    const arena = known < 0 ? arenas.length : known;
    const offset = offsets[arena] ?? 0;
    if (known < 0) arenas.push({ bytes: 0, placed: [], byPeriod: new Map() });
    place({ ...interval, bytes, offset }, at(arenas, arena));
    places.set(interval, { arena, offset });
  }
  return {
    places: intervals.map((interval) => found(places, interval)),
    arenas: arenas.map(({ bytes }) => bytes),
  };
}

/** What is placed, in the order of offsets: all of it, and what is needed in each period of so many turns. */
interface Arena {
  bytes: number;
  readonly placed: Placed[];
  readonly byPeriod: Map<number, Placed[]>;
}

/** Most values are needed for a few turns, and a plan of thousands need not look at all others for each of them. */
const period = 64;
const periodOf = (turn: number): number => Math.floor(turn / period);

function neighboursIn({ placed, byPeriod }: Arena, { first, last }: Interval): readonly Placed[] {
  return periodOf(first) === periodOf(last) ? (byPeriod.get(periodOf(first)) ?? []) : placed;
}

function place(interval: Placed, arena: Arena): void {
  arena.bytes = Math.max(arena.bytes, interval.offset + interval.bytes);
  insert(interval, arena.placed);
  for (let number = periodOf(interval.first); number <= periodOf(interval.last); number++) {
    const others = arena.byPeriod.get(number);
    if (others) insert(interval, others);
    else arena.byPeriod.set(number, [interval]);
  }
}

/** Bytes that are needed at the worst turn: no packing can do with less. */
export function peakBytes(intervals: readonly Interval[]): number {
  const changes = new Map<number, number>();
  const change = (turn: number, bytes: number) => changes.set(turn, (changes.get(turn) ?? 0) + bytes);
  for (const { first, last, bytes } of intervals) {
    change(first, bytes);
    change(last + 1, -bytes);
  }
  let [alive, peak] = [0, 0];
  for (const [, bytes] of [...changes].sort(([a], [b]) => a - b)) {
    alive += bytes;
    peak = Math.max(peak, alive);
  }
  return peak;
}

/** `placed` is in the order of offsets, and stays so. */
function insert(interval: Placed, placed: Placed[]): void {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(placed, middle).offset <= interval.offset) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, interval);
}

function lowestOffset({ first, last }: Interval, bytes: number, placed: readonly Placed[]): number {
  let offset = 0;
  for (const other of placed) {
    if (other.first > last || first > other.last) continue;
    if (other.offset - offset >= bytes) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / bindingAlignment) * bindingAlignment;
}
