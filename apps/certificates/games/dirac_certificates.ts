import type { Engine } from "../../../src/engine/engine.ts";
import { below, type Certificate, relative } from "../certificate.ts";
import { diracRun, learningRate, steps } from "./dirac.ts";
import { batch, drawNoise, noiseOfSteps } from "./dirac_noise.ts";
import { methods, replayDirac, schedules } from "./dirac_replay.ts";
import { type Pair, playRuns, radiusOf } from "./runs.ts";

/** Below this, f32 has converged; how far is a matter of rounding. */
const converged = 1e-5;

/** Every method by every schedule against the replay: the radius, or, where the replay converges, that it is small. */
export async function certifyDirac(engine: Engine): Promise<readonly Certificate[]> {
  const noise = drawNoise(steps);
  const table = engine.tensor(noise, [steps, 2, batch]);
  const cases = methods.flatMap((method) => schedules.map((schedule) => ({ method, schedule })));
  const runs = cases.map(({ method, schedule }) => diracRun(method, schedule, table));
  const ends = await playRuns(engine, runs, steps);
  const drawn = noiseOfSteps(noise);
  return cases.map(({ method, schedule }, i) => {
    const { name } = runs[i] as (typeof runs)[number];
    const found = radiusOf(ends[i] as Pair<number>);
    const expected = replayDirac(method, schedule, learningRate, drawn);
    if (expected < converged) return below({ name, bound: converged, found });
    return relative({ name, against: "float64 replay", expected, found, tolerance: 1e-3 });
  });
}
