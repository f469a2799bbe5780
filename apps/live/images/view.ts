/** What the page shows of a session. */
import { io } from "saddlepoint";
import { formatDecimals, formatNumber, formatSeconds } from "../../charts/text.ts";
import { element } from "../shared/element.ts";
import type { Pace } from "../shared/pace.ts";
import type { BackgroundClassifier } from "./background_classifier.ts";
import { type FilmRow, roomForRows } from "./film.ts";
import type { Evaluation } from "./judge.ts";
import { drawImages } from "./pictures.ts";
import { gridSide, type Session } from "./session.ts";

const unknown = "–";

export function showSamples({ samples, trainer, film }: Session): void {
  if (!samples) return;
  const at = `step ${formatNumber(trainer.step)}`;
  drawImages(element<HTMLCanvasElement>("samples"), samples, gridSide, `${samples.shape[0]} generated images at ${at}`);
  element("samples-step").textContent = at;
  showFilm(film, samples.shape);
}

export function showReal({ real, images }: Session): void {
  drawImages(element<HTMLCanvasElement>("real"), real, gridSide, `${real.shape[0]} images of ${images.title}`);
  element("real-count").textContent = String(real.shape[0]);
}

/** A row for each frame. Those still to come keep their places, so that nothing moves when they arrive. */
function showFilm(film: readonly FilmRow[], [, height = 1, width = 1]: readonly number[]): void {
  const list = element<HTMLOListElement>("film");
  const places = Math.max(roomForRows, film.length);
  list.style.setProperty("--row", `${gridSide * width} / ${height}`);
  while (list.children.length > places) list.lastElementChild?.remove();
  while (list.children.length < places) list.append(emptyRow());
  [...list.children].forEach((item, i) => {
    const row = film[i];
    const name = row ? formatNumber(row.step) : "";
    const [label, canvas] = item.children as unknown as [HTMLElement, HTMLCanvasElement];
    if (label.textContent === name && (row || !canvas.width)) return;
    label.textContent = name;
    if (row) drawImages(canvas, row.images, gridSide, `The same latent vectors at step ${name}`);
    else canvas.width = 0;
  });
}

function emptyRow(): HTMLLIElement {
  const item = document.createElement("li");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "still to come");
  canvas.width = 0;
  item.append(document.createElement("span"), canvas);
  return item;
}

/** The whole film strip, one pixel wide lines between its images. */
export function filmPicture(film: readonly FilmRow[]): io.Picture {
  return io.filmStrip(
    film.map(({ images }) => images),
    { scale: 2 },
  );
}

/** @param target the step at which the training pauses by itself */
export function showTiles(
  { measured: { losses }, trainer: { step } }: Session,
  { stepsPerSecond }: Pace,
  target: number,
): void {
  const secondsLeft = (target - step) / stepsPerSecond;
  const texts = {
    "tile-step": formatNumber(step),
    "tile-target": `of ${formatNumber(target)}`,
    "tile-speed": Number.isFinite(stepsPerSecond) ? formatNumber(stepsPerSecond, 2) : unknown,
    "tile-left": Number.isFinite(secondsLeft) ? formatSeconds(Math.max(0, secondsLeft)) : unknown,
    "tile-generator": losses ? formatDecimals(losses.generator, 3) : unknown,
    "tile-discriminator": losses ? formatDecimals(losses.discriminator, 3) : unknown,
  };
  for (const [id, text] of Object.entries(texts)) element(id).textContent = text;
  Object.assign(element<HTMLProgressElement>("progress"), { max: target, value: step });
}

/** What stands below the charts of the metrics. */
export function showMetricNotes(evaluations: readonly Evaluation[], classifier: BackgroundClassifier): void {
  const { isPossible, done, model } = classifier;
  for (const id of ["figure-frechet", "figure-classes"]) element(id).hidden = !isPossible;
  element("classifier").hidden = !isPossible;
  const last = evaluations.at(-1);
  const distance = last?.slicedWasserstein;
  element("note-sliced-wasserstein").textContent = distance
    ? `${formatNumber(distance.value)} at step ${formatNumber(last.step)}, ${formatNumber(distance.n[1] ?? 0)} samples against ` +
      `${formatNumber(distance.n[0] ?? 0)} real images. Lower is better.`
    : "Measured for the first time after some seconds of training.";
  const frechet = last?.frechet;
  element("note-frechet").textContent = frechet
    ? `${formatNumber(frechet.value)} at step ${formatNumber(last.step)}. Lower is better; only runs with the same images and ` +
      "seed compare."
    : "Waits for the classifier.";
  const classes = last?.classes;
  element("note-classes").textContent = classes
    ? `${classes.covered} of ${classes.of} classes have at least 3 % of the samples. A class that is lost is a mode that dropped out.`
    : "Waits for the classifier.";
  element("classifier-text").textContent = model
    ? `The classifier tells ${formatNumber(100 * model.accuracy)} % rightly of the images that it was not trained on.`
    : done === undefined
      ? "A classifier of the images will be trained beside the GAN, to measure in its features."
      : `The classifier is being trained beside the GAN: ${Math.round(100 * done)} %.`;
  element<HTMLProgressElement>("classifier-progress").value = model ? 1 : (done ?? 0);
}
