/** Whether a generator has memorised its data: samples beside the training images that they are nearest to. */
import { type data, type Engine, metrics } from "saddlepoint";

export interface NearestImages {
  readonly samples: metrics.Samples;
  /** For each sample the training image nearest to it, in the same order. */
  readonly real: metrics.Samples;
  /** Euclidean distances of pixels from -1 to 1. */
  readonly distances: readonly number[];
  /** The median distance of some training images from the nearest other one: what is far below it is a copy. */
  readonly usualDistance: number;
}

/** Images of the data on the host as f32 at a time. */
const imagesAtOnce = 4096;

interface Neighbour {
  readonly index: number;
  readonly distance: number;
}

/**
 * @param references numbers of training images whose own nearest neighbours tell what is usual
 */
export async function nearestImages(
  engine: Engine,
  source: data.ImageSource,
  samples: metrics.Samples,
  references: Uint32Array,
): Promise<NearestImages> {
  const nearestOfSamples = await neighboursOf(engine, samples, source, () => false);
  const own = (row: number, index: number) => references[row] === index;
  const nearestOfReal = await neighboursOf(engine, metrics.samplesOf(source, references), source, own);
  const usual = nearestOfReal.map(({ distance }) => distance).sort((a, b) => a - b);
  return {
    samples,
    real: metrics.samplesOf(
      source,
      nearestOfSamples.map(({ index }) => index),
    ),
    distances: nearestOfSamples.map(({ distance }) => distance),
    usualDistance: usual[Math.floor(usual.length / 2)] ?? Number.NaN,
  };
}

/** The nearest training image of each query, but for those that `isSkipped`. */
async function neighboursOf(
  engine: Engine,
  queries: metrics.Samples,
  source: data.ImageSource,
  isSkipped: (row: number, index: number) => boolean,
): Promise<Neighbour[]> {
  const [rows = 0] = queries.shape;
  const best = Array.from({ length: rows }, (): Neighbour => ({ index: 0, distance: Number.POSITIVE_INFINITY }));
  for (let first = 0; first < source.count; first += imagesAtOnce) {
    const count = Math.min(imagesAtOnce, source.count - first);
    const part = metrics.samplesOf(
      source,
      Array.from({ length: count }, (_, i) => first + i),
    );
    // An image is its own nearest neighbour; the second is the one to look at.
    const k = Math.min(2, count);
    const { indices, distances } = await metrics.nearestNeighbours(engine, queries, part, { k });
    for (let at = 0; at < rows * k; at++) {
      const row = Math.floor(at / k);
      const index = first + (indices[at] as number);
      const distance = distances[at] as number;
      if (!isSkipped(row, index) && distance < (best[row] as Neighbour).distance) best[row] = { index, distance };
    }
  }
  return best;
}
