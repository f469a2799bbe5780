/** The live page of images. */
import { type Engine, type gan, io } from "saddlepoint";
import { element } from "../shared/element.ts";
import { startLivePage } from "../shared/live_page.ts";
import { Measured } from "../shared/measured.ts";
import type { Pace } from "../shared/pace.ts";
import { pageSurface } from "../shared/remedies.ts";
import { handOverPicture } from "../shared/saving/hand_over.ts";
import type { Making } from "../shared/training.ts";
import { drawMetrics, drawTelemetry } from "./charts.ts";
import { createControls, offerOwn } from "./controls.ts";
import { showImages } from "./data_card.ts";
import { drawnImages, framed, type OwnImages, type ShownImages } from "./open_images.ts";
import { startOwnFiles } from "./own_files.ts";
import { drawImages } from "./pictures.ts";
import { programOf } from "./program.ts";
import { ImageRun } from "./run.ts";
import { gridSide } from "./session.ts";
import { choices, fixedPart, formatHash, needsRestart, parseHash, readSetup, type Setup } from "./setup.ts";
import { filmPicture, showMetricNotes, showReal, showSamples, showTiles } from "./view.ts";

/** Milliseconds from one picture to the next, at least, and the share of the time that pictures may take. */
const leastFrameInterval = 250;
const frameShare = 0.1;

/** Pixels of a file along each side of a pixel of an image. */
const savedScale = 4;

const button = (id: string) => element<HTMLButtonElement>(id);

let own: OwnImages | undefined;
/** The step at which the training pauses by itself. */
let target = 0;

const surface = (setup: Setup) => pageSurface(choices, setup, setup.data === "own");

const live = startLivePage<Setup, ImageRun>({
  parseHash,
  formatHash,
  needsRestart,
  controls: createControls,
  surface,
  create,
  saving: { page: "images", readSetup, fixedPart, ownData, hasOwnData: () => own !== undefined },
  samples: ({ session }) => ({ ...session.shownSamples, picture: () => pictureOf(session.shownSamples) }),
  program: (setup, { session: { images } }) =>
    programOf(setup, {
      shape: images.originalShape,
      ...(setup.data === "own" && own && { own: own.description }),
    }),
  needRun: ["reset", "walk", "save-film"].map(button),
  stretch: {
    milliseconds: ({ session }) => Math.max(leastFrameInterval, session.frameMilliseconds / frameShare),
    atFirst: 1,
    most: Number.POSITIVE_INFINITY,
  },
  chartInterval: 1500,
  showFrame,
  drawCharts({ session, judge, classifier }) {
    drawTelemetry(session.measured);
    drawMetrics(judge.evaluations, session.images.classNames.length);
    showMetricNotes(judge.evaluations, classifier);
  },
  async afterStretch(run, milliseconds) {
    if (run.judge.isDueAfter(milliseconds)) await measure(run);
  },
  goal: {
    left: ({ trainer }) => target - trainer.step,
    reached: () => `${target.toLocaleString("en")} steps are done. Train goes on from here.`,
  },
  engineMade({ adapter }) {
    element("slow").hidden = !adapter.software;
  },
  made: ({ session }) => showReal(session),
  moved({ session }, pace) {
    aimAgain();
    showTiles(session, pace, target);
  },
  turned(isTraining) {
    live.cutShort();
    if (isTraining) aimAgain();
  },
});

/** Aims at the end of the next stretch of the length that the form says. */
function aimAgain(): void {
  const { run, setup } = live;
  if (run) target = (Math.floor(run.trainer.step / setup.steps) + 1) * setup.steps;
}

async function create(engine: Engine, setup: Setup, making: Making): Promise<ImageRun> {
  const images = await openImages(setup, making);
  showImages(images, setup.batchSize, surface(setup));
  return ImageRun.create(engine, setup, images, making);
}

async function openImages(setup: Setup, { say, signal }: Making): Promise<ShownImages> {
  if (setup.data !== "own" || !own) return drawnImages(setup);
  const progress = (done: number, total: number) => say(`Reading images: ${done} of ${total} ...`);
  return framed(await own.read(setup, progress, signal), setup);
}

/** Their images in words, where they are the user's own. */
function ownData({ session: { images } }: ImageRun): string | undefined {
  const { source, title, isOwn } = images;
  return isOwn ? `“${title}” (${source.count} images of ${source.sampleShape.join(" × ")})` : undefined;
}

async function pictureOf({ values, shape }: gan.SampleBatch): Promise<Uint8Array<ArrayBuffer>> {
  const { pixels, width, height, channels } = io.imageGrid(values, shape, { columns: gridSide, scale: savedScale });
  return io.encodePng(pixels, width, height, channels);
}

async function measure(run: ImageRun): Promise<void> {
  const started = await run.measure();
  started?.begun.then(() => {
    const { model } = run.classifier;
    if (model) live.inTurn(() => run.judge.use(model));
  }, live.fail);
}

function showFrame({ session }: ImageRun, pace: Pace): void {
  showSamples(session);
  showTiles(session, pace, target);
}

button("walk").onclick = () =>
  live.inTurn(async ({ session }) => {
    const images = await session.walk();
    const label = `${gridSide} walks between latent vectors, in ${gridSide} steps each`;
    drawImages(element<HTMLCanvasElement>("walks"), images, gridSide, label);
  });

button("save-film").onclick = () => {
  if (live.run) handOverPicture("film-strip.png", filmPicture(live.run.session.film)).catch(live.fail);
};

startOwnFiles(
  () => live.setup,
  (given, imageSize) => {
    own = given;
    live.setTraining(false);
    offerOwn(given.title, given.areFiles);
    live.use({ ...live.setup, data: "own", imageSize });
  },
);

drawTelemetry(new Measured(() => false));
drawMetrics([], 2);
