import { Plan } from "../../compile/plan/plan.ts";
import { graphOf, type SavedGraph } from "../../compile/plan/saved_graph.ts";
import { State } from "../../compile/state.ts";
import { at, found } from "../../errors/at.ts";
import { assertKeys, callback } from "../../errors/checks.ts";
import { type DeviceSource, deviceKinds } from "../../gpu/adapter.ts";
import { BufferPool } from "../../gpu/buffer_pool.ts";
import { Device } from "../../gpu/device.ts";
import { PipelineCache } from "../../gpu/pipelines.ts";
import { Readback } from "../../gpu/readback.ts";
import { SharedArenas } from "../../gpu/shared_arenas.ts";
import type { Numbers } from "../../graph/elements.ts";
import { sizeOf, type TypedArray } from "../../graph/shape.ts";
import { floatsOf, type GeneratorCard, type OpenedGenerator, openGenerator } from "./generator_file.ts";
import { type Drawing, type Sampler, samplerOf } from "./sampler.ts";
import { kernelsOf } from "./saved_kernels.ts";

export interface LoadSamplerOptions extends DeviceSource {
  /** Where warnings go; the console by default. */
  readonly onWarning?: (message: string) => void;
}

/**
 * The generator of a file of `trainer.saveGenerator()`, by the kernels that stand in the file: for a page that only samples, and
 * needs neither an engine nor layers. It takes a GPU as `Engine.create` does: `navigator.gpu`, or what is given.
 *
 *   const sampler = await loadSampler(await (await fetch("ring.safetensors")).arrayBuffer());
 *   const { values } = await sampler.sample(100);
 *
 * Kernels are programs: take files from where you would take scripts.
 *
 * @throws DataError for what is no such file, damaged, or has no kernels; NoWebGpuError if there is no GPU.
 */
export async function loadSampler(file: ArrayBuffer | Uint8Array, options: LoadSamplerOptions = {}): Promise<Sampler> {
  assertKeys<LoadSamplerOptions>("loadSampler", options, { ...deviceKinds, onWarning: callback });
  const { onWarning = (message) => console.warn(`saddlepoint: ${message}`), ...source } = options;
  const opened = await openGenerator(file);
  const kernels = kernelsOf(opened);
  const device = await Device.acquire(source, { debug: false, onWarning }, "loadSampler");
  // What is given back is gone at once: the device may be another's.
  const pool = new BufferPool(device, 0);
  const context = {
    ...{ device, pool, pipelines: new PipelineCache(device) },
    ...{ arenas: new SharedArenas(pool), readback: new Readback(device) },
  };
  const held: { dispose(): void }[] = source.device ? [] : [{ dispose: () => device.destroy() }];
  const release = () => {
    for (const part of held.reverse()) part.dispose();
  };
  try {
    const states = kernels.states.map((name) => {
      const values = floatsOf(name, found(opened.tensors, name));
      const state = new State(device, name, [values.length], "f32");
      held.push({ dispose: () => state.destroy() });
      state.write(values);
      return state;
    });
    const runOf = async (label: string, saved: SavedGraph) => {
      const plan = await Plan.create(label, graphOf(saved, states), context);
      held.push(plan);
      return runBy(plan, saved, opened);
    };
    const drawing = drawingBy(
      opened.about,
      await runOf("latent vectors", kernels.draw),
      await runOf("samples", kernels.samples),
    );
    return samplerOf(opened.about, { ...drawing, release });
  } catch (error) {
    release();
    throw error;
  }
}

/** Runs a plan, whose feeds are given by name, and reads its results. */
type Run = (feeds: Readonly<Record<string, Numbers>>) => Promise<readonly TypedArray[]>;

function runBy(plan: Plan, saved: SavedGraph, { tensors }: OpenedGenerator): Run {
  const feed = (values: (name: string) => Numbers | undefined) =>
    saved.feeds.forEach(({ name }, i) => {
      const given = values(name);
      if (given) plan.feed(i, given);
    });
  // What layers hold of their own is fed once.
  feed((name) => tensors.get(name)?.values());
  return (given) => {
    feed((name) => given[name]);
    // Submitted before anybody else can feed it.
    return plan.runAndRead();
  };
}

function drawingBy(
  { latentShape, sampleShape, batchSize = 1 }: GeneratorCard,
  draw: Run,
  samples: Run,
): Omit<Drawing, "release"> {
  const [latentSize, sampleSize] = [sizeOf(latentShape), sizeOf(sampleShape)];
  const made = async (count: number, latents: TypedArray, labels: TypedArray | undefined): Promise<Float32Array> => {
    const values = new Float32Array(count * sampleSize);
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(count, start + batchSize);
      // A run is whole: what it lacks is made of zeros, and left.
      const [latent, label] = [new Float32Array(batchSize * latentSize), new Uint32Array(batchSize)];
      latent.set(latents.subarray(start * latentSize, end * latentSize));
      if (labels) label.set(labels.subarray(start, end));
      const [rows] = await samples({ latent, label });
      if (rows) values.set(rows.subarray(0, (end - start) * sampleSize), start * sampleSize);
    }
    return values;
  };
  return {
    async drawn(count, seed, run, labels) {
      const results = await draw({ seed: [seed], run: [run] });
      return made(count, at(results, 0), labels ?? results[1]);
    },
    made,
  };
}
