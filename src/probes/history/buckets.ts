import { at } from "../../errors/at.ts";

/** What was measured of one column, in a bounded number of buckets of consecutive measurements. */

/** Some consecutive measurements of one quantity: one of them, as long as a column has no more than the history has buckets. */
export interface TelemetryBucket {
  /** The first and the last step that are in it, from 0. Steps between that did not measure it are not in it. */
  readonly from: number;
  readonly to: number;
  /** How often it was measured. */
  readonly count: number;
  /** How often of that it was infinite or NaN. */
  readonly nonFinite: number;
  /** Of the finite measurements; NaN where there is none. */
  readonly mean: number;
  readonly minimum: number;
  readonly maximum: number;
  /** The last measurement, whether it is finite or not. */
  readonly last: number;
}

/**
 * The numbers of `TelemetryBucket` for each bucket, one after the other: `from`, `to` and `count` once a bucket, the others for each
 * element of each, those of a bucket side by side.
 */
export interface BucketArrays {
  from: Float64Array<ArrayBuffer>;
  to: Float64Array<ArrayBuffer>;
  count: Uint32Array<ArrayBuffer>;
  nonFinite: Uint32Array<ArrayBuffer>;
  mean: Float64Array<ArrayBuffer>;
  minimum: Float32Array<ArrayBuffer>;
  maximum: Float32Array<ArrayBuffer>;
  last: Float32Array<ArrayBuffer>;
}

/** Room for the first buckets; it doubles when it is full. */
const firstRoom = 16;

/**
 * All buckets but the last hold `stride` measurements. When there are as many as there may be, each two neighbours become one, and
 * the stride doubles: of n measurements at most 2 n / most share a bucket.
 */
export class ColumnBuckets {
  length = 0;
  stride = 1;
  #arrays: BucketArrays;

  /**
   * @param size elements of the column
   * @param most buckets, at least 2
   */
  constructor(
    readonly size: number,
    readonly most: number,
  ) {
    this.#arrays = roomFor(Math.min(firstRoom, most), size);
  }

  /** Takes what a step measured: `size` values from `offset` on. */
  push(step: number, values: Float32Array, offset: number): void {
    const bucket = this.#open(step);
    const { to, count, nonFinite, mean, minimum, maximum, last } = this.#arrays;
    to[bucket] = step;
    const measured = (count[bucket] ?? 0) + 1;
    count[bucket] = measured;
    for (let element = 0; element < this.size; element++) {
      const place = bucket * this.size + element;
      const value = values[offset + element] ?? Number.NaN;
      last[place] = value;
      if (!Number.isFinite(value)) {
        nonFinite[place] = (nonFinite[place] ?? 0) + 1;
        continue;
      }
      const finite = measured - (nonFinite[place] ?? 0);
      const before = finite === 1 ? value : (mean[place] ?? 0);
      mean[place] = before + (value - before) / finite;
      minimum[place] = finite === 1 ? value : Math.min(minimum[place] ?? value, value);
      maximum[place] = finite === 1 ? value : Math.max(maximum[place] ?? value, value);
    }
  }

  /** Drops all buckets that hold something of that step or of later ones: what a bucket has of earlier ones can't be told apart. */
  forgetFrom(step: number): void {
    while (this.length > 0 && (this.#arrays.to[this.length - 1] ?? 0) >= step) this.length--;
    if (this.length === 0) this.stride = 1;
  }

  /** In the order of their steps. */
  element(index: number): TelemetryBucket[] {
    const { from, to, count, nonFinite, mean, minimum, maximum, last } = this.#arrays;
    return Array.from({ length: this.length }, (_, bucket) => {
      const place = bucket * this.size + index;
      return {
        from: from[bucket] ?? 0,
        to: to[bucket] ?? 0,
        count: count[bucket] ?? 0,
        nonFinite: nonFinite[place] ?? 0,
        mean: mean[place] ?? Number.NaN,
        minimum: minimum[place] ?? Number.NaN,
        maximum: maximum[place] ?? Number.NaN,
        last: last[place] ?? Number.NaN,
      };
    });
  }

  /** A copy, without room for more. */
  get arrays(): BucketArrays {
    const { length, size } = this;
    return copied(this.#arrays, roomFor(length, size), length, size);
  }

  /** Goes on from a copy. */
  restore(arrays: BucketArrays, stride: number): void {
    this.length = arrays.count.length;
    this.stride = stride;
    this.#arrays = copied(arrays, roomFor(Math.max(this.length, firstRoom), this.size), this.length, this.size);
    while (this.length > this.most) this.#halve();
  }

  /** The bucket that the next measurement belongs to. */
  #open(step: number): number {
    const isFull = () => this.length === 0 || (this.#arrays.count[this.length - 1] ?? 0) >= this.stride;
    if (!isFull()) return this.length - 1;
    if (this.length >= this.most) {
      this.#halve();
      if (!isFull()) return this.length - 1;
    }
    const room = this.#arrays.count.length;
    if (this.length === room) {
      this.#arrays = copied(this.#arrays, roomFor(Math.min(2 * room, this.most), this.size), room, this.size);
    }
    const bucket = this.length++;
    const { from, count, nonFinite, mean, minimum, maximum } = this.#arrays;
    const [start, end] = [bucket * this.size, (bucket + 1) * this.size];
    from[bucket] = step;
    count[bucket] = 0;
    nonFinite.fill(0, start, end);
    for (const ofFinite of [mean, minimum, maximum]) ofFinite.fill(Number.NaN, start, end);
    return bucket;
  }

  #halve(): void {
    const elements = Array.from({ length: this.size }, (_, index) => this.element(index));
    this.length = Math.ceil(this.length / 2);
    this.stride *= 2;
    for (const [index, buckets] of elements.entries()) {
      for (let bucket = 0; bucket < this.length; bucket++) {
        this.#put(bucket, index, joined(at(buckets, 2 * bucket), buckets[2 * bucket + 1]));
      }
    }
  }

  #put(
    bucket: number,
    index: number,
    { from, to, count, nonFinite, mean, minimum, maximum, last }: TelemetryBucket,
  ): void {
    const arrays = this.#arrays;
    arrays.from[bucket] = from;
    arrays.to[bucket] = to;
    arrays.count[bucket] = count;
    const place = bucket * this.size + index;
    arrays.nonFinite[place] = nonFinite;
    arrays.mean[place] = mean;
    arrays.minimum[place] = minimum;
    arrays.maximum[place] = maximum;
    arrays.last[place] = last;
  }
}

/** Of a bucket and the one behind it; the last one of an odd number stays as it is. */
function joined(a: TelemetryBucket, b: TelemetryBucket | undefined): TelemetryBucket {
  if (!b) return a;
  const [finiteA, finiteB] = [a.count - a.nonFinite, b.count - b.nonFinite];
  const some = finiteA > 0 ? a : b;
  const other = finiteB > 0 ? b : a;
  return {
    from: a.from,
    to: b.to,
    count: a.count + b.count,
    nonFinite: a.nonFinite + b.nonFinite,
    mean: finiteA > 0 && finiteB > 0 ? a.mean + ((b.mean - a.mean) * finiteB) / (finiteA + finiteB) : some.mean,
    minimum: Math.min(some.minimum, other.minimum),
    maximum: Math.max(some.maximum, other.maximum),
    last: b.last,
  };
}

function roomFor(buckets: number, size: number): BucketArrays {
  return {
    from: new Float64Array(buckets),
    to: new Float64Array(buckets),
    count: new Uint32Array(buckets),
    nonFinite: new Uint32Array(buckets * size),
    mean: new Float64Array(buckets * size),
    minimum: new Float32Array(buckets * size),
    maximum: new Float32Array(buckets * size),
    last: new Float32Array(buckets * size),
  };
}

/** Copies the first buckets of arrays into others, and returns those. */
function copied(source: BucketArrays, target: BucketArrays, buckets: number, size: number): BucketArrays {
  const all = buckets * size;
  target.from.set(source.from.subarray(0, buckets));
  target.to.set(source.to.subarray(0, buckets));
  target.count.set(source.count.subarray(0, buckets));
  target.nonFinite.set(source.nonFinite.subarray(0, all));
  target.mean.set(source.mean.subarray(0, all));
  target.minimum.set(source.minimum.subarray(0, all));
  target.maximum.set(source.maximum.subarray(0, all));
  target.last.set(source.last.subarray(0, all));
  return target;
}
