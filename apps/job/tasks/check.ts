/** Whether trainings work here: the adapter, known answers, a short training, and how fast it is. */
import { type data, type Engine, gan } from "saddlepoint";
import { resolveJob, trainerConfig } from "../job_config.ts";
import { dataSets } from "../options/data_sets.ts";
import { differenceFrom, knownAnswers } from "./checks/known_answers.ts";
import { lossTolerance, ringLosses, ringSeed } from "./checks/ring_losses.ts";
import { engineIn } from "./draw.ts";
import type { TaskPlace } from "./task.ts";

export interface CheckOrder {
  readonly task: "check";
}

/** One thing that was looked at. */
export interface CheckAnswer {
  readonly kind: "checked";
  readonly name: string;
  /** Broken is what keeps trainings from working, or makes their results wrong. */
  readonly state: "good" | "note" | "broken";
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

type Tell = (name: string, state: CheckAnswer["state"], text: string, advice?: string) => Promise<void>;

const wrongDriver = "update the browser and the graphics driver, or train on the CPU: SADDLEPOINT_ADAPTER=swiftshader";

/** Tells what it finds as it goes; what is broken ends it, since nothing after it means anything. */
export async function check({ gpu, signal, progress, answer }: TaskPlace): Promise<void> {
  const tell: Tell = (name, state, text, advice) =>
    answer({ kind: "checked", name, state, text, ...(advice === undefined ? {} : { advice }) });
  // Software adapters have a line of their own.
  const quiet = { gpu, progress: (made: Parameters<typeof progress>[0]) => made.phase !== "warning" && progress(made) };
  let engine: Engine;
  try {
    engine = await engineIn({ gpu, progress: quiet.progress });
  } catch (error) {
    const isWrong = error instanceof Error && error.name === "KernelError";
    const advice = isWrong
      ? wrongDriver
      : "enable WebGPU or update the driver; without a GPU: SADDLEPOINT_ADAPTER=swiftshader";
    return tell("adapter", "broken", error instanceof Error ? error.message : String(error), advice);
  }
  try {
    await tellAdapter(engine, tell);
    if (!(await areAnswersRight(engine, tell)) || signal.aborted) return;
    if (!(await isTrainingRight(engine, tell, progress)) || signal.aborted) return;
    await tellProductSpeed(engine, tell);
  } finally {
    engine.destroy();
  }
}

async function tellAdapter(engine: Engine, tell: Tell): Promise<void> {
  if (engine.adapter.software) {
    const advice = "for speed, use a computer with a GPU; SADDLEPOINT_ADAPTER=default takes what the browser finds";
    await tell("adapter", "note", `${engine.adapterName}: correct, but slow`, advice);
  } else await tell("adapter", "good", engine.adapterName);
  const wanted = {
    subgroups: "faster products",
    "shader-f16": "mixed precision",
    "timestamp-query": "profiles of kernels",
  } as const;
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  const there = names.filter((name) => engine.features.has(name));
  const missing = names.filter((name) => !engine.features.has(name)).map((name) => `${name} (${wanted[name]})`);
  await tell(
    "features",
    missing.length > 0 ? "note" : "good",
    `${there.join(", ") || "none"}${missing.length > 0 ? `; without ${missing.join(", ")}` : ""}`,
  );
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = engine.limits;
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
  await tell(
    "limits",
    "good",
    `buffers of ${mebibytes(maxBufferSize)}, bound ${mebibytes(maxStorageBufferBindingSize)} at a time, ` +
      `${maxComputeWorkgroupStorageSize / 1024} KiB of workgroup memory`,
  );
}

async function areAnswersRight(engine: Engine, tell: Tell): Promise<boolean> {
  for (const known of knownAnswers) {
    const made = known.make((values, shape, dtype) => engine.tensor([...values], [...shape], dtype));
    const difference = differenceFrom(known, await made.data());
    if (difference === undefined) continue;
    await tell("known answers", "broken", difference, wrongDriver);
    return false;
  }
  const all = knownAnswers.map(({ what }) => what).join(", ");
  await tell("known answers", "good", `right to the last bit or f32's rounding: ${all}`);
  return true;
}

/** The ring of `train`, without the costlier probes. */
export function checkedTraining(): { readonly config: gan.TrainerConfig; readonly source: data.DataSource } {
  const source = dataSets.ring.create();
  const job = resolveJob({ data: { kind: "set", name: "ring" }, seed: ringSeed, probeEvery: 0 }, source);
  return { config: trainerConfig(job, source), source };
}

const timed = { steps: 50, milliseconds: 2000 } as const;

async function isTrainingRight(engine: Engine, tell: Tell, progress: TaskPlace["progress"]): Promise<boolean> {
  const from = performance.now();
  const trainer = await gan.Trainer.create(engine, {
    ...checkedTraining().config,
    progress: (done, total) => progress({ phase: "compile", done, total }),
  });
  const seconds = (performance.now() - from) / 1000;
  try {
    for await (const { step, losses } of trainer.train({ steps: ringLosses.length, reportEvery: 1 })) {
      const right = ringLosses[step - 1];
      for (const player of ["discriminator", "generator"] as const) {
        const wanted = right?.[player] ?? Number.NaN;
        if (Math.abs(losses[player] - wanted) <= lossTolerance * Math.max(1, Math.abs(wanted))) continue;
        const text = `the ${player}'s loss of the ring in step ${step} is ${losses[player]}, where ${wanted} is right`;
        await tell("training", "broken", text, wrongDriver);
        return false;
      }
    }
    await tell(
      "training",
      "good",
      `the first ${ringLosses.length} steps of the ring have the losses that float64 gives; its shaders took ${seconds.toFixed(1)} s to compile`,
    );
    const began = performance.now();
    let steps = 0;
    while (performance.now() - began < timed.milliseconds) {
      for await (const _ of trainer.train({ steps: timed.steps, reportEvery: timed.steps })) steps += timed.steps;
    }
    const rate = (1000 * steps) / (performance.now() - began);
    await tell("ring", "good", `${rate.toPrecision(3)} steps/s, batches of ${trainer.config.batchSize ?? 64}`);
    return true;
  } finally {
    trainer.dispose();
  }
}

async function tellProductSpeed(engine: Engine, tell: Tell): Promise<void> {
  const size = engine.adapter.software ? 512 : 2048;
  const values = Float32Array.from({ length: size * size }, (_, i) => ((i * 7919) % 101) / 101);
  const [a, b] = [engine.tensor(values, [size, size]), engine.tensor(values, [size, size])];
  const plan = await engine.plan({ label: "speed of products", outputs: { product: a.matmul(b) } });
  try {
    const time = async (runs: number) => {
      const from = performance.now();
      await plan.run(runs);
      await plan.read();
      return performance.now() - from;
    };
    await time(1);
    const once = Math.max(0.05, await time(1));
    const runs = Math.max(1, Math.min(1000, Math.round(1000 / once)));
    const milliseconds = await time(runs);
    const rate = (2 * size ** 3 * runs) / (milliseconds * 1e6);
    await tell("products", "good", `${rate.toPrecision(3)} GFLOP/s, matrices of ${size} x ${size} in f32`);
  } finally {
    plan.dispose();
  }
}
