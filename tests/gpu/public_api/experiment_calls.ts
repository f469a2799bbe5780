/** The calls of experiments on a trainer: the entry `saddlepoint/experiments`. */
import type { Engine, gan } from "saddlepoint";
import * as experiments from "../../../src/public/experiments.ts";
import { argument, type Call, options } from "./spec.ts";

const ends = { signal: argument("object?", undefined), progress: argument("callback?", () => undefined) };

export async function experimentCalls(engine: Engine, trainer: gan.Trainer): Promise<Call[]> {
  const to = await trainer.snapshot();
  const states = to.states.map((state) => {
    if (state.path !== "networks/generator/parameters") return state;
    return { ...state, bytes: Float32Array.from(new Float32Array(state.bytes), (value) => value + 0.1).buffer };
  });
  const ofTrainer = [argument("engine", engine), argument("object", trainer)] as const;
  return [
    {
      name: "experiments.frozenGenerator",
      call: experiments.frozenGenerator,
      arguments: [
        ...ofTrainer,
        options({
          steps: argument("count?", 2),
          every: argument("count?", 1),
          batches: argument("count?", 2),
          losses: argument("list?", ["hinge"]),
          discriminator: argument("name?", "present"),
          ...ends,
        }),
      ],
    },
    {
      name: "experiments.dualityGap",
      call: experiments.dualityGap,
      arguments: [
        ...ofTrainer,
        options({
          steps: argument("count?", 2),
          samples: argument("count?", 8),
          value: argument("object?", undefined),
          ...ends,
        }),
      ],
    },
    {
      name: "experiments.pathAngle",
      call: experiments.pathAngle,
      arguments: [
        ...ofTrainer,
        argument("object", { ...to, states }),
        argument("object", to),
        options({
          points: argument("count?", 3),
          low: argument("number?", 0),
          high: argument("number?", 2),
          samples: argument("count?", 8),
          ...ends,
        }),
      ],
    },
    {
      name: "experiments.eigenvalues",
      call: experiments.eigenvalues,
      arguments: [
        ...ofTrainer,
        options({
          count: argument("count?", 2),
          iterations: argument("count?", 2),
          samples: argument("count?", 8),
          players: argument("list?", ["generator"]),
          ...ends,
        }),
      ],
    },
  ];
}
