import { bindingAlignment } from "../gpu/constants.ts";

/** Memory that is needed from turn `first` to turn `last`, both included. */
export interface Interval {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where an interval's memory begins: bytes from the start of an arena. */
export interface Place {
  readonly arena: number;
  readonly offset: number;
}

export interface Packing {
  /** A place for each interval, in their order. */
  readonly places: readonly Place[];
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
  const arenas: Placed[][] = [];
  const places = new Map<Interval, Place>();
  const largestFirst = [...intervals].sort((a, b) => b.bytes - a.bytes || a.first - b.first);
  for (const interval of largestFirst) {
    const bytes = alignUp(interval.bytes);
    const offsets = arenas.map((placed) => lowestOffset(interval, bytes, placed));
    const known = offsets.findIndex((offset) => offset + bytes <= limit);
    const arena = known < 0 ? arenas.length : known;
    const offset = offsets[arena] ?? 0;
    if (known < 0) arenas.push([]);
    (arenas[arena] as Placed[]).push({ ...interval, bytes, offset });
    places.set(interval, { arena, offset });
  }
  return {
    places: intervals.map((interval) => places.get(interval) as Place),
    arenas: arenas.map((placed) => Math.max(...placed.map(({ offset, bytes }) => offset + bytes))),
  };
}

/** Bytes that are needed at the worst turn: no packing can do with less. */
export function peakBytes(intervals: readonly Interval[]): number {
  const aliveAt = (turn: number) => intervals.filter(({ first, last }) => first <= turn && turn <= last);
  const peaks = intervals.map(({ first }) => aliveAt(first).reduce((sum, { bytes }) => sum + bytes, 0));
  return Math.max(0, ...peaks);
}

function lowestOffset({ first, last }: Interval, bytes: number, placed: readonly Placed[]): number {
  const neighbours = placed.filter((other) => other.first <= last && first <= other.last);
  let offset = 0;
  for (const other of neighbours.sort((a, b) => a.offset - b.offset)) {
    if (other.offset - offset >= bytes) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / bindingAlignment) * bindingAlignment;
}
