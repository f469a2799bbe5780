/** The live page: keeps the engine, one session and the form together. */
import { Engine } from "saddlepoint";
import { startReadouts } from "../../charts/readout.ts";
import { formatDecimals, formatShare } from "../../charts/text.ts";
import { type Surface, spokenAdvice } from "../../shared/remedies.ts";
import { element } from "../shared/element.ts";
import { showFindings } from "../shared/findings.ts";
import { showOutdated } from "../shared/outdated.ts";
import { startPanelButton } from "../shared/panel_button.ts";
import { showProblem } from "../shared/problem.ts";
import { pageSurface } from "../shared/remedies.ts";
import { startThemeButton } from "../shared/theme_button.ts";
import { createTurns } from "../shared/turns.ts";
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
let warnings: string[] = [];
let stretch = new AbortController();

const { setup: firstSetup, ignored } = parseHash(location.hash);
const controls = new Controls(firstSetup, changed);
let current: Setup = firstSetup;

const turns = createTurns({
  outdated() {
    stretch.abort();
    enable(false);
    showOutdated(frame !== undefined);
    if (session) say("A new training of these settings follows ...");
  },
  build,
  failed: fail,
});

function changed(setup: Setup): void {
  history.replaceState(null, "", `#${formatHash(setup)}`);
  const restart = needsRestart(current, setup);
  current = setup;
  if (restart) turns.afterChange();
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
async function build(signal: AbortSignal): Promise<void> {
  session?.dispose();
  session = undefined;
  element("problem").hidden = true;
  warnings =
    ignored.length > 0 ? [`The address asks for what there is not, and was ignored: ${ignored.join(", ")}.`] : [];
  engine ??= await Engine.create({ onWarning: (message) => console.info(message) });
  element("adapter").textContent = engine.adapterName;
  say("Compiling ...");
  const made = await Session.create(engine, current, {
    signal,
    progress: (done, total) => say(`Compiling: ${done} of ${total} shaders ...`),
    warning: (advice) => warnings.push(spokenAdvice(advice, surface())),
  });
  session = made.session;
  frame = made.frame;
  // A slider may have moved meanwhile.
  applyLive();
  stepsPerSecond = Number.NaN;
  announced = 0;
  showOutdated(false);
  showAll();
  enable(true);
  say(isTraining ? "Training." : "Ready.");
  if (isTraining) turns.next(trainOn);
}

/** One stretch of training, and the next one for as long as the button says so. */
async function trainOn(): Promise<void> {
  if (!session || !isTraining) return;
  const wanted = Number.isFinite(stepsPerSecond) ? Math.round((stepsPerSecond * frameInterval) / 1000) : 2;
  const startedAt = performance.now();
  const before = session.trainer.step;
  stretch = new AbortController();
  await session.advance(Math.min(500, Math.max(1, wanted)), stretch.signal);
  const speed = (1000 * (session.trainer.step - before)) / (performance.now() - startedAt);
  stepsPerSecond = Number.isFinite(stepsPerSecond) ? 0.85 * stepsPerSecond + 0.15 * speed : speed;
  // Nobody looks at the last frame of a training that a new one follows.
  if (stretch.signal.aborted) return;
  frame = await session.frame();
  if (performance.now() - chartsDrawnAt > chartInterval) showAll();
  else showFrame();
  // The page gets its turn before the next stretch: input, layout, paint.
  await new Promise((resolve) => setTimeout(resolve));
  turns.next(trainOn);
}

trainButton.onclick = () => {
  isTraining = !isTraining;
  trainButton.textContent = isTraining ? "Pause" : "Train";
  singleButton.disabled = isTraining || !session;
  if (session) say(isTraining ? "Training." : "Paused.");
  if (isTraining) turns.next(trainOn);
  else void turns.inTurn(async () => showAll());
};

singleButton.onclick = () =>
  void turns.inTurn(async () => {
    if (!session || isTraining) return;
    await session.advance(1, new AbortController().signal);
    frame = await session.frame();
    showAll();
    say(`Step ${session.trainer.step} done.`);
  });

resetButton.onclick = turns.rebuild;

showField.onchange = showFrame;

addEventListener("hashchange", () => {
  const { setup } = parseHash(location.hash);
  controls.setup = setup;
  changed(setup);
});

function enable(on: boolean): void {
  trainButton.disabled = !on && !isTraining;
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
  const isLost = showProblem(error, engine?.isLost === true);
  say("Stopped.");
  if (!isLost) return;
  engine = undefined;
  session = undefined;
}

element("restart").onclick = turns.rebuild;

startReadouts();
startPanelButton();
startThemeButton(() => stage.updateColours());
turns.rebuild();
