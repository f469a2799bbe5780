/**
 * What stands for a tensor where not all of it is measured: rows at equal distances, and in wide rows fours of elements at equal
 * distances. A batch is drawn at random, so a fixed slice of it is as good as one that is drawn, and is a view: only what is
 * taken is read. Small tensors are taken whole.
 */
import { at } from "../errors/at.ts";
import { type Node, nodeSize } from "../graph/node.ts";
import { reshape } from "../graph/primitives/shape_movement.ts";
import { strided } from "../graph/primitives/strided.ts";

/**
 * Elements of a site that are looked at: one of so many, a power of two of them, within limits. The root of a mean square of 256 is
 * off by a few per cent; a small step can pay for no more, and a large one gains little by them.
 */
const oneOf = 64;
const [fewestElements, mostElements] = [256, 512];
/** Samples of the batch that they come from, at least, if there are as many. */
const fewestRows = 16;
/** Slopes of a site, which are counted by unit. */
const mostOfSlope = 4096;
const fewestUnits = 16;
/** Elements of a parameter. */
const mostOfParameter = 256;

/** How much of something was looked at. */
export interface Sampled {
  readonly elements: number;
  /** All elements that there are. */
  readonly of: number;
  /** Samples of the batch that the elements come from: those of one sample depend on each other. */
  readonly rows: number;
}

/** Elements of a value of a batch [batch, ...shape], as [elements]. */
export function sampleOf(x: Node): { readonly sample: Node; readonly sampled: Sampled } {
  const batch = x.shape[0] ?? 1;
  const width = nodeSize(x) / batch;
  const most = Math.min(mostElements, Math.max(fewestElements, 2 ** Math.floor(Math.log2(nodeSize(x) / oneOf))));
  const rows = Math.min(batch, Math.max(fewestRows, Math.floor(most / width)));
  const sample = acrossRows(every(reshape(x, [1, batch, width]), rows), Math.floor(most / rows));
  const elements = nodeSize(sample);
  return { sample: reshape(sample, [elements]), sampled: { elements, of: nodeSize(x), rows } };
}

/** Some units of a value of a batch [batch, ...units], in all samples: [batch, units]. */
export function unitsOf(x: Node): { readonly units: Node; readonly sampled: Sampled } {
  const batch = x.shape[0] ?? 1;
  const whole = reshape(x, [1, batch, nodeSize(x) / batch]);
  const units = acrossRows(whole, Math.max(fewestUnits, Math.floor(mostOfSlope / batch)));
  const elements = nodeSize(units);
  return { units: reshape(units, [batch, elements / batch]), sampled: { elements, of: nodeSize(x), rows: batch } };
}

/** Rows of a value [rows, numbers] at equal distances, and numbers of each: so many, or all if there are fewer. */
export function patchOf(x: Node, most: { readonly rows: number; readonly numbers: number }): Node {
  const [batch = 1, width = 1] = x.shape;
  const rows = Math.min(batch, most.rows);
  const patch = acrossRows(every(reshape(x, [1, batch, width]), rows), most.numbers);
  return reshape(patch, [rows, nodeSize(patch) / rows]);
}

/** Some of the rows of [1, rows, width]. */
const every = (x: Node, count: number): Node => strided(x, 1, 0, Math.floor(at(x.shape, 1) / count), count);

/** In each row of [1, rows, width] some fours, whose distance shares no factor with the number of channels, most often. */
function acrossRows(x: Node, most: number): Node {
  const [, rows = 1, width = 1] = x.shape;
  if (width <= most) return x;
  const run = width % 4 === 0 ? 4 : 1;
  const count = Math.max(1, Math.floor(most / run));
  const step = Math.floor(width / run / count);
  const taken = strided(reshape(x, [rows, width / run, run]), 1, 0, step % 2 === 0 ? step - 1 : step, count);
  return reshape(taken, [1, rows, count * run]);
}

/** Places in a vector of parameters, some of every stretch: one in each of as many equal parts of it, drawn from a fixed seed. */
export function placesIn(ranges: readonly { readonly offset: number; readonly size: number }[]) {
  const parts = ranges.map(({ offset, size }) => {
    const count = Math.min(size, mostOfParameter);
    const edge = (i: number) => Math.floor((i * size) / count);
    return Array.from({ length: count }, (_, i) => offset + edge(i) + (hash(i) % (edge(i + 1) - edge(i))));
  });
  return { places: Uint32Array.from(parts.flat()), lengths: parts.map(({ length }) => length) };
}

/** Bits that look random, of a whole number (the finaliser of MurmurHash3). */
function hash(i: number): number {
  const a = Math.imul(i ^ (i >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}
