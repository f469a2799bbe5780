/** The page that `npm run figure` opens: it runs an experiment and hands back its figure, and its numbers as a table. */
import { Engine } from "saddlepoint";
import type { FrozenGenerator } from "saddlepoint/experiments";
import "../shared/headless.ts";
import { frozenGeneratorFigure } from "./frozen_generator.ts";
import { runFrozenRing } from "./frozen_ring.ts";

async function run() {
  const engine = await Engine.create();
  try {
    const found = await runFrozenRing(engine, window.saddlepointProgress);
    return { svg: frozenGeneratorFigure(found), table: tableOf(found), adapter: engine.adapterName };
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
