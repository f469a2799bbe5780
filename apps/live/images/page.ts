/** The page: keeps the engine, the images, one session and the form together. */
import { DataError, Engine, io } from "saddlepoint";
import { startReadouts } from "../../charts/readout.ts";
import { type Surface, spokenAdvice } from "../../shared/remedies.ts";
import { element } from "../shared/element.ts";
import { showFindings } from "../shared/findings.ts";
import { History } from "../shared/history.ts";
import { showOutdated } from "../shared/outdated.ts";
import { startPanelButton } from "../shared/panel_button.ts";
import { messageOf, showProblem } from "../shared/problem.ts";
import { pageSurface } from "../shared/remedies.ts";
import { startThemeButton } from "../shared/theme_button.ts";
import { createTurns } from "../shared/turns.ts";
import { BackgroundClassifier } from "./background_classifier.ts";
import { drawMetrics, drawTelemetry } from "./charts.ts";
import { Controls } from "./controls.ts";
import { showImages } from "./data_card.ts";
import { startDropZone } from "./drop_zone.ts";
import type { FoundFile } from "./found_files.ts";
import { Judge } from "./judge.ts";
import { drawnImages, framed, OwnImages, type ShownImages } from "./open_images.ts";
import { drawImages, savePicture } from "./pictures.ts";
import { gridSide, Session } from "./session.ts";
import { choices, formatHash, needsRestart, parseHash, type Setup, sizeFor } from "./setup.ts";
import { filmPicture, showMetricNotes, showReal, showSamples, showTiles } from "./view.ts";

/** Milliseconds from one picture to the next, at least, and the share of the time that pictures may take. */
const leastFrameInterval = 250;
const frameShare = 0.1;
/** Milliseconds from one drawing of the charts to the next. */
const chartInterval = 1500;

/** Pixels of a file along each side of a pixel of an image. */
const savedScale = 4;

/** What a training consists of. */
interface Run {
  readonly session: Session;
  readonly judge: Judge;
  readonly classifier: BackgroundClassifier;
}

const button = (id: string) => element<HTMLButtonElement>(id);
const needRun = ["reset", "walk", "save-samples", "save-film"].map(button);

let engine: Engine | undefined;
let run: Run | undefined;
let own: OwnImages | undefined;
let isTraining = false;
let stepsPerSecond = Number.NaN;
let target = 0;
let chartsDrawnAt = Number.NEGATIVE_INFINITY;
let announced = 0;
/** Whether there is a picture of some training. */
let hasShown = false;
let warnings: string[] = [];

/** What can be cut short beside the making of a session: a stretch of training, the reading of files. */
let stretch = new AbortController();
let reading = new AbortController();

const { setup: firstSetup, ignored } = parseHash(location.hash);
const controls = new Controls(firstSetup, changed);
let current: Setup = firstSetup;

const turns = createTurns({
  outdated() {
    stretch.abort();
    enable(false);
    showOutdated(hasShown);
    if (run) say("A new training of these settings follows ...");
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
  if (!run) return;
  const { controls: live, step } = run.session.trainer;
  live.set("generatorLearningRate", current.generatorRate);
  live.set("discriminatorLearningRate", current.discriminatorRate);
  if (current.penalty !== "none") live.set(`${current.penalty}Weight`, current.penaltyWeight);
  target = nextTarget(step);
  showTiles(run.session, { stepsPerSecond, target });
}

/** The end of the next stretch of the length that the form says. */
function nextTarget(step: number): number {
  return (Math.floor(step / current.steps) + 1) * current.steps;
}

/** A new session of the current setup. Training goes on if it did before. */
async function build(signal: AbortSignal): Promise<void> {
  dispose();
  element("problem").hidden = true;
  warnings =
    ignored.length > 0 ? [`The address asks for what there is not, and was ignored: ${ignored.join(", ")}.`] : [];
  engine ??= await createEngine();
  const setup = current;
  const images = await openImages(setup, signal);
  showImages(images, setup.batchSize, surface());
  say("Compiling ...");
  run = await createRun(engine, setup, images, signal);
  // A slider may have moved meanwhile.
  applyLive();
  stepsPerSecond = Number.NaN;
  announced = 0;
  hasShown = true;
  showOutdated(false);
  showReal(run.session);
  showAll();
  enable(true);
  say(isTraining ? "Training." : "Ready.");
  if (isTraining) turns.next(trainOn);
}

async function createEngine(): Promise<Engine> {
  const created = await Engine.create({ onWarning: (message) => console.info(message) });
  element("adapter").textContent = created.adapterName;
  element("slow").hidden = !created.adapter.software;
  return created;
}

async function openImages(setup: Setup, signal: AbortSignal): Promise<ShownImages> {
  if (setup.data !== "own" || !own) return drawnImages(setup);
  const progress = (done: number, total: number) => say(`Reading images: ${done} of ${total} ...`);
  return framed(await own.read(setup, progress, signal), setup);
}

async function createRun(engine: Engine, setup: Setup, images: ShownImages, signal: AbortSignal): Promise<Run> {
  const session = await Session.create(engine, setup, images, {
    signal,
    progress: (done, total) => say(`Compiling: ${done} of ${total} shaders ...`),
    warning: (advice) => warnings.push(spokenAdvice(advice, surface())),
  });
  try {
    const judge = await Judge.create(engine, images, session.trainer);
    signal.throwIfAborted();
    return { session, judge, classifier: new BackgroundClassifier(images) };
  } catch (error) {
    session.dispose();
    throw error;
  }
}

/** One stretch of training, and the next one for as long as the button says so. */
async function trainOn(): Promise<void> {
  if (!run || !isTraining) return;
  const { session, judge } = run;
  const left = target - session.trainer.step;
  if (left <= 0) return stopAtTarget();
  const interval = Math.max(leastFrameInterval, session.frameMilliseconds / frameShare);
  const wanted = Number.isFinite(stepsPerSecond) ? Math.round((stepsPerSecond * interval) / 1000) : 1;
  const startedAt = performance.now();
  const before = session.trainer.step;
  stretch = new AbortController();
  await session.advance(Math.min(left, Math.max(1, wanted)), stretch.signal);
  const milliseconds = performance.now() - startedAt;
  const speed = (1000 * (session.trainer.step - before)) / milliseconds;
  stepsPerSecond = Number.isFinite(stepsPerSecond) ? 0.85 * stepsPerSecond + 0.15 * speed : speed;
  if (judge.isDueAfter(milliseconds) && !stretch.signal.aborted) await measure(run);
  if (performance.now() - chartsDrawnAt > chartInterval) showAll();
  else showFrame();
  // The page gets its turn before the next stretch: input, layout, paint.
  await new Promise((resolve) => setTimeout(resolve));
  turns.next(trainOn);
}

/** The classifier begins after the first measurement, so that the first pictures come quickly. */
async function measure({ session, judge, classifier }: Run): Promise<void> {
  await judge.measure(session.trainer);
  if (!classifier.isPossible || classifier.done !== undefined || !engine) return;
  classifier.start(engine, session.trainer.config.seed).then(() => {
    const { model } = classifier;
    if (model) void turns.inTurn(() => judge.use(model));
  }, fail);
}

function stopAtTarget(): void {
  setTraining(false);
  showAll();
  say(`${target.toLocaleString("en")} steps are done. Train goes on from here.`);
}

function setTraining(on: boolean): void {
  isTraining = on;
  button("train").textContent = on ? "Pause" : "Train";
}

button("train").onclick = () => {
  setTraining(!isTraining);
  stretch.abort();
  if (run) say(isTraining ? "Training." : "Paused.");
  if (isTraining && run) target = nextTarget(run.session.trainer.step);
  if (isTraining) turns.next(trainOn);
  else void turns.inTurn(async () => showAll());
};

button("reset").onclick = turns.rebuild;

button("walk").onclick = () =>
  void turns.inTurn(async () => {
    if (!run) return;
    const images = await run.session.walk();
    const label = `${gridSide} walks between latent vectors, in ${gridSide} steps each`;
    drawImages(element<HTMLCanvasElement>("walks"), images, gridSide, label);
  });

button("save-samples").onclick = () => {
  const samples = run?.session.samples;
  if (!run || !samples) return;
  const picture = io.imageGrid(samples.values, samples.shape, { columns: gridSide, scale: savedScale });
  savePicture(picture, `samples-step-${run.session.trainer.step}.png`).catch(fail);
};

button("save-film").onclick = () => {
  if (run) savePicture(filmPicture(run.session.film), "film-strip.png").catch(fail);
};

startDropZone((files) => void takeFiles(files));

/** The user's images take the place of those before, or a sentence says why not. */
async function takeFiles(files: Promise<FoundFile[]>): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  const tell = (text: string) => {
    if (!signal.aborted) element("data-problem").textContent = text;
  };
  tell("");
  element("data-status").textContent = "Reading ...";
  const progress = (done: number, total: number) => {
    element("data-status").textContent = `Reading: ${done} of ${total} files ...`;
  };
  try {
    const given = new OwnImages(await files);
    const { source } = await given.read(current, progress, signal);
    const imageSize = given.areFiles ? current.imageSize : sizeFor(current, source.sampleShape);
    if (!imageSize) throw new DataError(tooLarge(source.sampleShape, current.model));
    own = given;
    setTraining(false);
    controls.offerOwn(given.title, given.areFiles);
    current = { ...current, data: "own", imageSize };
    controls.setup = current;
    turns.rebuild();
  } catch (error) {
    if (!isAbort(error)) tell(messageOf(error));
  } finally {
    if (!signal.aborted) element("data-status").textContent = "";
  }
}

function tooLarge([height, width]: readonly number[], model: string): string {
  return `The images have ${height} × ${width} pixels, more than the ${model} takes here. Resize them, or give them as PNG files, which are resized.`;
}

addEventListener("hashchange", () => {
  const { setup } = parseHash(location.hash);
  controls.setup = setup;
  changed(setup);
});

function enable(on: boolean): void {
  button("train").disabled = !on && !isTraining;
  for (const each of needRun) each.disabled = !on;
}

function say(text: string): void {
  element("status").textContent = [text, ...warnings].join(" ");
}

function showAll(): void {
  if (!run) return;
  const { session, judge, classifier } = run;
  chartsDrawnAt = performance.now();
  showFrame();
  drawTelemetry(session);
  drawMetrics(judge.evaluations, session.images.classNames.length);
  showMetricNotes(judge.evaluations, classifier);
  const found = showFindings(session, surface());
  if (found.length > announced && isTraining) say(`Training. New finding: ${found.join(", ")}.`);
  announced = found.length;
}

/** The page's words for what helps. */
const surface = (): Surface => pageSurface(choices, current, current.data === "own");

function showFrame(): void {
  if (!run) return;
  showSamples(run.session);
  showTiles(run.session, { stepsPerSecond, target });
}

function dispose(): void {
  run?.classifier.dispose();
  run?.session.dispose();
  run = undefined;
}

const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";
/** After an error nothing goes on by itself: what is wrong is said, and a button starts anew. */
function fail(error: unknown): void {
  if (isAbort(error)) return;
  setTraining(false);
  enable(false);
  const isLost = showProblem(error, engine?.isLost === true);
  say("Stopped.");
  if (!isLost) return;
  engine = undefined;
  run = undefined;
}

button("restart").onclick = turns.rebuild;

// Leaving gives the GPU back at once; a page that comes back from the browser's memory begins anew.
addEventListener("pagehide", () => {
  turns.abort();
  stretch.abort();
  engine?.destroy();
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

startReadouts();
startPanelButton();
startThemeButton();
drawTelemetry({ history: new History(), gradients: new History() });
drawMetrics([], 2);
turns.rebuild();
