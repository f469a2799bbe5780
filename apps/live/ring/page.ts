/** The live page of points in the plane. */
import { formatDecimals, formatShare } from "../../charts/text.ts";
import { dataSets } from "../../job/options/data_sets.ts";
import { Controls } from "../shared/controls.ts";
import { element } from "../shared/element.ts";
import { startLivePage } from "../shared/live_page.ts";
import type { Pace } from "../shared/pace.ts";
import { pageSurface } from "../shared/remedies.ts";
import { sharedTitles } from "../shared/setup.ts";
import { drawCharts } from "./charts.ts";
import { programOf } from "./program.ts";
import { Session } from "./session.ts";
import { choices, fixedPart, formatHash, needsRestart, parseHash, ranges, type Setup } from "./setup.ts";
import { Stage } from "./stage.ts";

const stage = new Stage(element<HTMLCanvasElement>("stage"));
const singleButton = element<HTMLButtonElement>("single");
const showField = element<HTMLInputElement>("show-field");

const titles = { ...sharedTitles, data: (name: string) => dataSets[name as keyof typeof dataSets].title };

const live = startLivePage<Setup, Session>({
  parseHash,
  formatHash,
  needsRestart,
  controls: (setup, changed) => new Controls(setup, { choices, ranges, numbers: ["seed"], titles }, changed),
  surface: (setup) => pageSurface(choices, setup, false),
  create: Session.create,
  saving: { page: "ring", readSetup: parseHash, fixedPart },
  samples: ({ frame: { points }, latents }) => ({
    values: points,
    shape: [points.length / 2, 2],
    latents,
    picture: () => stage.picture(),
  }),
  program: programOf,
  needRun: [element<HTMLButtonElement>("reset")],
  needPause: [singleButton],
  stretch: { milliseconds: () => 120, atFirst: 2, most: 500 },
  chartInterval: 1000,
  showFrame,
  drawCharts: ({ measured }) => drawCharts(measured),
  afterStretch: (session) => session.look(),
  themeChanged: () => stage.updateColours(),
});

singleButton.onclick = () =>
  live.inTurn(async (session) => {
    if (live.isTraining) return;
    live.keep();
    await session.advance(1, new AbortController().signal);
    await session.look();
    live.showAll();
    live.say(`Step ${session.trainer.step} done.`);
  });

showField.onchange = live.showFrame;

function showFrame({ source, real, reach, measured: { losses }, trainer, frame }: Session, pace: Pace): void {
  stage.draw({ real, reach, modes: source.modes }, frame, showField.checked);
  const { modes } = frame;
  element("key-modes").hidden = !modes;
  element("tile-modes-box").hidden = !modes;
  element("tile-quality-box").hidden = !modes;
  const texts = {
    "tile-step": trainer.step.toLocaleString("en"),
    "tile-speed": pace.isKnown ? shownSpeed(pace.stepsPerSecond) : "–",
    "tile-modes": modes ? `${modes.capturedOnePercent} / ${modes.modeCount}` : "–",
    "tile-quality": modes ? formatShare(modes.highQualityShare) : "–",
    "tile-generator": losses ? formatDecimals(losses.generator, 3) : "–",
    "tile-discriminator": losses ? formatDecimals(losses.discriminator, 3) : "–",
  };
  for (const [id, text] of Object.entries(texts)) element(id).textContent = text;
}

function shownSpeed(speed: number): string {
  return speed < 10 ? speed.toFixed(1) : Math.round(speed).toLocaleString("en");
}
