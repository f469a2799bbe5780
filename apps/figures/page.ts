/** The page that `npm run figure` opens: it trains what a figure shows, and hands that back, and its numbers as text. */
import { Engine, gan } from "saddlepoint";
import type { FrozenGenerator } from "saddlepoint/experiments";
import "../shared/headless.ts";
import { frozenGeneratorFigure } from "./frozen_generator.ts";
import { runFrozenRing } from "./frozen_ring.ts";
import { rescuedFigure, runRescued, saidOf } from "./rescued.ts";

/** Each figure's file name, and how it comes about. */
const figures: Readonly<Record<string, (engine: Engine) => Promise<{ svg: string; table: string }>>> = {
  "frozen-generator": async (engine) => {
    const found = await runFrozenRing(engine, window.saddlepointProgress);
    return { svg: frozenGeneratorFigure(found), table: tableOf(found) };
  },
  rescued: async (engine) => {
    const found = await runRescued(engine, undefined, window.saddlepointProgress);
    const ends = [found.alone, found.tended].map(({ modes }) => saidOf(modes));
    return { svg: rescuedFigure(found), table: [...ends, gan.trialTree(found.tended.trials)].join("\n") };
  },
};

async function run(name: unknown) {
  const figure = figures[String(name)];
  if (!figure) throw new Error(`There is no figure ${name}.`);
  const engine = await Engine.create();
  try {
    return { ...(await figure(engine)), adapter: engine.adapterName };
  } finally {
    engine.destroy();
  }
}

/** A row for every tenth measurement. */
function tableOf({ steps, curves }: FrozenGenerator): string {
  const head = ["steps", ...curves.flatMap(({ loss }) => [`${loss}: norm`, "variance"])];
  const rows = steps.flatMap((step, i) => {
    if (i % 10 !== 0) return [];
    return [[step, ...curves.flatMap(({ norms, variances }) => [norms[i], variances[i]].map(scientific))]];
  });
  const ends = curves.map(({ loss, decades }) => `${loss}: ${decades.toFixed(2)} decades`);
  return [...[head, ...rows].map((cells) => cells.join("\t")), ...ends].join("\n");
}

const scientific = (value: number | undefined): string => (value ?? Number.NaN).toExponential(2);

window.saddlepointRun = run;
