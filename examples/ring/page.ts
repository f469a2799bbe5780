/** The live page: keeps the engine, one session and the form together. */
import { DeviceLostError, Engine, NoWebGpuError } from "saddlepoint";
import { formatDecimals, formatShare } from "../shared/charts/text.ts";
import { element } from "../shared/live/element.ts";
import { showFindings } from "../shared/live/findings.ts";
import { pageSurface } from "../shared/live/remedies.ts";
import { startThemeButton } from "../shared/live/theme_button.ts";
import { type Surface, spokenAdvice } from "../shared/remedies.ts";
import { drawCharts } from "./charts.ts";
import { Controls } from "./controls.ts";
import { type Frame, Session } from "./session.ts";
import { choices, discriminatorStepChoices, formatHash, needsRestart, parseHash, type Setup } from "./setup.ts";
import { Stage } from "./stage.ts";

/** From one picture to the next, and from one drawing of the charts to the next, in milliseconds. */
const frameInterval = 120;
const chartInterval = 1000;

const stage = new Stage(element<HTMLCanvasElement>("stage"));
const trainButton = element<HTMLButtonElement>("train");
const singleButton = element<HTMLButtonElement>("single");
const resetButton = element<HTMLButtonElement>("reset");
const showField = element<HTMLInputElement>("show-field");

let engine: Engine | undefined;
let session: Session | undefined;
let frame: Frame | undefined;
let isTraining = false;
let stepsPerSecond = Number.NaN;
let chartsDrawnAt = Number.NEGATIVE_INFINITY;
let announced = 0;
/** Stretches of training that were asked for. */
let links = 0;
let warnings: string[] = [];

const { setup: firstSetup, ignored } = parseHash(location.hash);
const controls = new Controls(firstSetup, (setup) => void changed(setup));
let current: Setup = firstSetup;

/** Work on the session, one piece after the other: two never touch it at once. */
let queue: Promise<void> = Promise.resolve();
function inTurn(task: () => Promise<void>): Promise<void> {
  queue = queue.then(task).catch(fail);
  return queue;
}

function changed(setup: Setup): void {
  history.replaceState(null, "", `#${formatHash(setup)}`);
  const restart = needsRestart(current, setup);
  current = setup;
  if (restart) void inTurn(rebuild);
  else applyLive();
}

/** What moves without compiling anything. */
function applyLive(): void {
  if (!session) return;
  const { controls: live } = session.trainer;
  live.set("generatorLearningRate", current.generatorRate);
  live.set("discriminatorLearningRate", current.discriminatorRate);
  if (current.penalty !== "none") live.set(`${current.penalty}Weight`, current.penaltyWeight);
}

/** A new session of the current setup; training goes on if it did before. */
async function rebuild(): Promise<void> {
  enable(false);
  session?.dispose();
  session = undefined;
  warnings =
    ignored.length > 0 ? [`The address asks for what there is not, and was ignored: ${ignored.join(", ")}.`] : [];
  engine ??= await Engine.create({ onWarning: (message) => console.info(message) });
  element("adapter").textContent = engine.adapterName;
  say("Compiling ...");
  const building = current;
  session = await Session.create(engine, building, {
    progress: (done, total) => say(`Compiling: ${done} of ${total} shaders ...`),
    warning: (advice) => warnings.push(spokenAdvice(advice, surface())),
  });
  // A slider may have moved meanwhile.
  applyLive();
  stepsPerSecond = Number.NaN;
  announced = 0;
  frame = await session.frame();
  showAll();
  enable(true);
  say(isTraining ? "Training." : "Ready.");
  if (isTraining) goOn();
}

/** The next stretch of training, in turn. A later call takes the place of an earlier one that still waits. */
function goOn(): void {
  const link = ++links;
  void inTurn(async () => {
    if (link === links && isTraining) await trainOn();
  });
}

/** One stretch of training, and the next one for as long as the button says so. */
async function trainOn(): Promise<void> {
  if (!session) return;
  const wanted = Number.isFinite(stepsPerSecond) ? Math.round((stepsPerSecond * frameInterval) / 1000) : 2;
  const steps = Math.min(500, Math.max(1, wanted));
  const startedAt = performance.now();
  await session.advance(steps);
  const speed = (1000 * steps) / (performance.now() - startedAt);
  stepsPerSecond = Number.isFinite(stepsPerSecond) ? 0.85 * stepsPerSecond + 0.15 * speed : speed;
  frame = await session.frame();
  if (performance.now() - chartsDrawnAt > chartInterval) showAll();
  else showFrame();
  // The page gets its turn before the next stretch: input, layout, paint.
  await new Promise((resolve) => setTimeout(resolve));
  goOn();
}

trainButton.onclick = () => {
  isTraining = !isTraining;
  trainButton.textContent = isTraining ? "Pause" : "Train";
  singleButton.disabled = isTraining;
  say(isTraining ? "Training." : "Paused.");
  if (isTraining) goOn();
  else void inTurn(async () => showAll());
};

singleButton.onclick = () =>
  void inTurn(async () => {
    if (!session || isTraining) return;
    await session.advance(1);
    frame = await session.frame();
    showAll();
    say(`Step ${session.trainer.step} done.`);
  });

resetButton.onclick = () => void inTurn(rebuild);

showField.onchange = showFrame;

addEventListener("hashchange", () => {
  const { setup } = parseHash(location.hash);
  controls.setup = setup;
  changed(setup);
});

function enable(on: boolean): void {
  trainButton.disabled = !on;
  singleButton.disabled = !on || isTraining;
  resetButton.disabled = !on;
}

function say(text: string): void {
  element("status").textContent = [text, ...warnings].join(" ");
}

function showAll(): void {
  if (!session) return;
  chartsDrawnAt = performance.now();
  showFrame();
  drawCharts(session);
  const found = showFindings(session, surface());
  if (found.length > announced && isTraining) say(`Training. New finding: ${found.join(", ")}.`);
  announced = found.length;
}

function showFrame(): void {
  if (!session || !frame) return;
  const { source, real, reach, losses, trainer } = session;
  stage.draw({ real, reach, modes: source.modes }, frame, showField.checked);
  const { modes } = frame;
  element("key-modes").hidden = !modes;
  element("tile-modes-box").hidden = !modes;
  element("tile-quality-box").hidden = !modes;
  const texts = {
    "tile-step": trainer.step.toLocaleString("en"),
    "tile-speed": Number.isFinite(stepsPerSecond) ? shownSpeed(stepsPerSecond) : "–",
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

/** The page's words for what helps. */
const surface = (): Surface =>
  pageSurface({ ...choices, discriminatorSteps: discriminatorStepChoices }, current, false);

/** After an error nothing goes on by itself: what is lost is said, and a button starts anew. */
function fail(error: unknown): void {
  isTraining = false;
  trainButton.textContent = "Train";
  enable(false);
  const hasNoGpu = error instanceof NoWebGpuError;
  const isLost = error instanceof DeviceLostError || engine?.isLost === true;
  element("problem").hidden = false;
  element("problem-title").textContent = hasNoGpu
    ? "There is no WebGPU in this browser"
    : isLost
      ? "The GPU was lost"
      : "Something went wrong";
  element("problem-text").textContent = error instanceof Error ? error.message : String(error);
  element("restart").hidden = hasNoGpu;
  element("live").hidden = hasNoGpu;
  if (hasNoGpu) element("adapter").textContent = "";
  say("Stopped.");
  if (isLost) {
    engine = undefined;
    session = undefined;
  }
}

element("restart").onclick = () => {
  element("problem").hidden = true;
  void inTurn(rebuild);
};

startThemeButton(() => stage.updateColours());
void inTurn(rebuild);
