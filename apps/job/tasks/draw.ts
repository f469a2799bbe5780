/** Samples of a generator's file. */
import { Engine, Random, Tensor } from "saddlepoint";
import { type Generator, loadGenerator } from "saddlepoint/generator";
import type { TaskPlace } from "./task.ts";

export interface DrawOrder {
  readonly task: "draw";
  /** Where the generator's file is. */
  readonly generator: string;
  readonly count: number;
  readonly seed: number;
  /** The class of all samples; left out, each is as likely. */
  readonly label?: number | undefined;
}

/** Some samples, in the order in which they were drawn. */
export interface DrawAnswer {
  readonly kind: "samples";
  /** [samples, ...sample shape] */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Of a generator of classes. */
  readonly labels?: Uint32Array;
}

/** Samples that are made at once, so that their feature maps fit any adapter. */
const atOnce = { images: 64, others: 4096 } as const;

/** Tells samples as `generator.sample(count, { seed, label })` draws them: the first ones are the same for every count. */
export async function draw(order: DrawOrder, { gpu, signal, progress, answer }: TaskPlace): Promise<void> {
  const engine = await engineIn({ gpu, progress });
  try {
    const generator = await loadGenerator(engine, await bytesAt(order.generator));
    for await (const part of samplesOf(engine, generator, order)) {
      if (signal.aborted) return;
      await answer(part);
    }
  } finally {
    engine.destroy();
  }
}

/** An engine whose warnings are told. */
export const engineIn = ({ gpu, progress }: Pick<TaskPlace, "gpu" | "progress">): Promise<Engine> =>
  Engine.create({ onWarning: (message) => progress({ phase: "warning", message }), ...(gpu && { gpu }) });

/** @throws Error where nothing can be loaded. */
export async function bytesAt(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} could not be loaded: ${response.status} ${response.statusText}.`);
  return response.arrayBuffer();
}

/** In parts. */
export async function* samplesOf(
  engine: Engine,
  generator: Generator,
  { count, seed, label }: Pick<DrawOrder, "count" | "seed" | "label">,
): AsyncGenerator<DrawAnswer> {
  const { latentShape, sampleShape, classes } = generator.about;
  const random = new Random(engine.tensor([seed], [], "u32"), Tensor.scalar(0, "u32"), 0);
  const latents = Float32Array.from(await random.normal([count, ...latentShape]).data());
  const labels = classes === undefined ? undefined : await labelsOf(random, { count, classes, label });
  const size = latents.length / count;
  const step = sampleShape.length === 3 ? atOnce.images : atOnce.others;
  for (let from = 0; from < count; from += step) {
    const to = Math.min(count, from + step);
    const given = labels?.slice(from, to);
    const made = await generator.generate(latents.slice(from * size, to * size), given ? { label: given } : {});
    yield { kind: "samples", ...made, ...(given && { labels: given }) };
  }
}

async function labelsOf(
  random: Random,
  { count, classes, label }: { readonly count: number; readonly classes: number; readonly label: number | undefined },
): Promise<Uint32Array> {
  if (label !== undefined) return new Uint32Array(count).fill(label);
  return Uint32Array.from(await random.integers([count], classes).data());
}
