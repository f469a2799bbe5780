/** Images and latent vectors on the host, each a function of the seed alone. */
import { type Engine, type gan, type metrics, Random, Tensor } from "saddlepoint";
import type { Generator } from "saddlepoint/generator";

/** What makes samples of latent vectors: a trainer, as it is, or a generator by itself. */
export type SampleMaker = gan.Trainer | Generator;

/** No trainer of the same seed draws from these streams. */
const streams = {
  reference: 0x9100,
  evaluation: 0x9200,
  interpolation: 0x9300,
  nearest: 0x9400,
  classes: 0x9500,
} as const;

export type StreamName = keyof typeof streams;

/** One call of the generator makes so many samples, so that its feature maps fit any adapter. */
const mostAtOnce = 64;

function randomOf(engine: Engine, seed: number, stream: StreamName): Random {
  return new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), streams[stream]);
}

/** Standard normal latent vectors [count, ...shape] in a row. */
export async function randomLatents(
  engine: Engine,
  { seed, stream, count, shape }: { seed: number; stream: StreamName; count: number; shape: readonly number[] },
): Promise<Float32Array> {
  return (await randomOf(engine, seed, stream)
    .normal([count, ...shape])
    .data()) as Float32Array;
}

/** At most `most` numbers of images, drawn without replacement. */
export async function randomIndices(
  engine: Engine,
  { seed, stream, count, most }: { seed: number; stream: StreamName; count: number; most: number },
): Promise<Uint32Array> {
  const order = (await randomOf(engine, seed, stream).permutation(count).data()) as Uint32Array;
  return order.slice(0, most);
}

/**
 * Samples of the generator as it is now, for latent vectors in a row.
 *
 * @param labels of the samples, for a generator that is told them
 */
export async function generateAll(
  maker: SampleMaker,
  latents: Float32Array,
  labels?: readonly number[],
): Promise<metrics.Samples> {
  const size = latentSize(maker);
  const parts: gan.SampleBatch[] = [];
  for (let start = 0; start * size < latents.length; start += mostAtOnce) {
    const end = start + mostAtOnce;
    const given = labels && { label: labels.slice(start, end) };
    parts.push(await maker.generate(latents.slice(start * size, end * size), given));
  }
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part.values, offset);
    offset += part.values.length;
  }
  return { values, shape: [latents.length / size, ...(parts[0]?.shape.slice(1) ?? [])] };
}

/** Of one latent vector. */
export const latentShapeOf = (maker: SampleMaker): readonly number[] =>
  "about" in maker ? maker.about.latentShape : maker.config.generator.inputShape;

export function latentSize(maker: SampleMaker): number {
  return latentShapeOf(maker).reduce((product, length) => product * length, 1);
}

/**
 * `steps` latent vectors from one to another on the great circle through both, with their lengths interpolated as well
 * (White 2016): a straight line would pass close to the origin, where no normal latent vector of many numbers ever is.
 */
export function sphericalWalk(from: Float32Array, to: Float32Array, steps: number): Float32Array {
  const [a, b] = [Math.hypot(...from), Math.hypot(...to)];
  const cosine = from.reduce((sum, value, i) => sum + value * (to[i] as number), 0) / (a * b);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const walk = new Float32Array(steps * from.length);
  for (let step = 0; step < steps; step++) {
    const share = steps > 1 ? step / (steps - 1) : 0;
    const length = a + share * (b - a);
    // Where both point the same way, or exactly apart, there is no circle to follow.
    const isStraight = Math.sin(angle) < 1e-6;
    const left = isStraight ? 1 - share : (Math.sin((1 - share) * angle) / Math.sin(angle)) * (length / a);
    const right = isStraight ? share : (Math.sin(share * angle) / Math.sin(angle)) * (length / b);
    for (let i = 0; i < from.length; i++) {
      walk[step * from.length + i] = left * (from[i] as number) + right * (to[i] as number);
    }
  }
  return walk;
}
