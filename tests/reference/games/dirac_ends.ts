import type { Engine } from "../../../src/engine/engine.ts";
import { at } from "../../../src/errors/at.ts";
import { diracRun, learningRate, steps } from "./dirac.ts";
import { batch, drawNoise, noiseOfSteps } from "./dirac_noise.ts";
import { methods, replayDirac, schedules } from "./dirac_replay.ts";
import { type KnownEnd, playRuns, radiusOf } from "./runs.ts";

/** Plays every method by every schedule on the GPU, with the noise of the replay. */
export async function playDirac(engine: Engine): Promise<readonly KnownEnd[]> {
  const noise = drawNoise(steps);
  const table = engine.tensor(noise, [steps, 2, batch]);
  const cases = methods.flatMap((method) => schedules.map((schedule) => ({ method, schedule })));
  const runs = cases.map(({ method, schedule }) => diracRun(method, schedule, table));
  const ends = await playRuns(engine, runs, steps);
  const drawn = noiseOfSteps(noise);
  return cases.map(({ method, schedule }, i) => ({
    name: at(runs, i).name,
    against: "float64 replay",
    expected: replayDirac(method, schedule, learningRate, drawn),
    found: radiusOf(at(ends, i)),
  }));
}
