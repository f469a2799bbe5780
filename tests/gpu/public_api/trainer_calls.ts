/** The calls of a trainer. */
import { type Engine, gan } from "saddlepoint";
import { loadGenerator } from "../../../src/public/generator.ts";
import { loadSampler } from "../../../src/public/sampler.ts";
import { smallGame } from "../fixtures.ts";
import { checkpointCalls } from "./checkpoint_calls.ts";
import { methods } from "./core_calls.ts";
import { trainerOptions } from "./data_calls.ts";
import { experimentCalls } from "./experiment_calls.ts";
import { type Argument, argument, type Call, options } from "./spec.ts";

const none: readonly Argument[] = [];

/** The last report of a call of `train`. */
async function lastReport(trainer: gan.Trainer, given: gan.TrainOptions): Promise<gan.TrainReport | undefined> {
  let last: gan.TrainReport | undefined;
  for await (const report of trainer.train(given)) last = report;
  return last;
}

export async function trainerCalls(engine: Engine, trainer: gan.Trainer): Promise<Call[]> {
  const [snapshot, file, generatorFile] = [
    await trainer.snapshot(),
    await trainer.save(),
    await trainer.saveGenerator(),
  ];
  return [
    {
      name: "Trainer.load",
      call: async (...given: readonly never[]) => {
        const made = await gan.Trainer.load(...(given as unknown as Parameters<typeof gan.Trainer.load>));
        made.dispose();
      },
      arguments: [
        argument("engine", engine),
        argument("bytes", file),
        argument("object", smallGame),
        options({ except: argument("list?", []) }),
      ],
    },
    {
      name: "loadGenerator",
      call: async (...given: readonly never[]) => {
        const made = await loadGenerator(...(given as unknown as Parameters<typeof loadGenerator>));
        made.dispose();
      },
      arguments: [
        argument("engine", engine),
        argument("bytes", generatorFile),
        options({ network: argument("object?", undefined) }),
      ],
    },
    {
      name: "loadSampler",
      call: async (...given: readonly never[]) => {
        const made = await loadSampler(...(given as unknown as Parameters<typeof loadSampler>));
        made.dispose();
      },
      arguments: [
        argument("bytes", generatorFile),
        options({
          device: argument("object?", undefined),
          adapter: argument("object?", undefined),
          gpu: argument("object?", undefined),
          powerPreference: argument("text?", undefined),
          onWarning: argument("callback?", () => undefined),
        }),
      ],
    },
    ...(await checkpointCalls(trainer)),
    ...(await experimentCalls(engine, trainer)),
    {
      name: "Trainer.create",
      call: async (...given: readonly never[]) => {
        const made = await gan.Trainer.create(...(given as unknown as Parameters<typeof gan.Trainer.create>));
        made.dispose();
      },
      arguments: [argument("engine", engine), options(trainerOptions)],
    },
    {
      name: "Trainer.train",
      call: (given: never) => lastReport(trainer, given),
      arguments: [
        options({
          steps: argument("count", 2),
          reportEvery: argument("count?", 1),
          samples: argument("count?", 4),
          grid: argument("count?", 4),
          signal: argument("object?", undefined),
        }),
      ],
    },
    {
      name: "Trainer.fork",
      call: async (...given: readonly never[]) => {
        const made = await trainer.fork(...(given as unknown as Parameters<typeof trainer.fork>));
        made.dispose();
      },
      arguments: [argument("list?", []), argument("object?", snapshot)],
    },
    {
      name: "gan.branch",
      call: gan.branch,
      arguments: [
        argument("object", trainer),
        argument("list", []),
        options({
          steps: argument("count", 40),
          from: argument("object?", snapshot),
          signal: argument("object?", undefined),
        }),
      ],
    },
    {
      name: "gan.compare",
      call: gan.compare,
      arguments: [
        argument("engine", engine),
        argument("list", [smallGame]),
        options({ steps: argument("count", 40), seed: argument("count?", 1), signal: argument("object?", undefined) }),
      ],
    },
    { name: "gan.trialTree", call: gan.trialTree, arguments: [argument("list", [])] },
    ...methods("Trainer", trainer, {
      pause: none,
      resume: none,
      sample: [argument("count", 4)],
      generate: [argument("numbers", new Float32Array(8))],
      judge: [argument("numbers", new Float32Array(8))],
      parameters: none,
      buffers: none,
      snapshot: none,
      restore: [argument("object", snapshot)],
      save: none,
      saveGenerator: none,
      explain: none,
      memory: none,
      profile: none,
    }),
  ];
}
