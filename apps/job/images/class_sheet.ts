/** Samples of a conditional generator at the end of a run: of every class, each from the same latent vectors. */
import { type data, type Engine, type gan, metrics } from "saddlepoint";
import { isConditional, namesOfClasses } from "./class_labels.ts";
import { generateAll, randomLatents } from "./image_samples.ts";

/** Of each class. */
const shown = { images: 10, points: 100 } as const;
/** Beyond it a sheet is longer than anybody looks at. */
const mostClasses = 100;

export interface ClassSheet {
  /** By label. */
  readonly names: readonly string[];
  /** One batch a class; the same place in each has the same latent vector. */
  readonly rows: readonly metrics.Samples[];
  /** Of points, whose nearest mode tells their class. */
  readonly accuracy: metrics.ClassAccuracy | undefined;
}

/** Undefined for networks that are not told the class, and in a run that failed. */
export async function classSheet(
  trainer: gan.Trainer,
  engine: Engine,
  source: data.DataSource,
  seed: number,
): Promise<ClassSheet | undefined> {
  if (!isConditional(trainer)) return undefined;
  const names = namesOfClasses(source).slice(0, mostClasses);
  const each = source.sampleShape.length === 3 ? shown.images : shown.points;
  const shape = trainer.config.generator.inputShape;
  const latents = await randomLatents(engine, { seed, stream: "classes", count: each, shape });
  const rows: metrics.Samples[] = [];
  for (const label of names.keys()) rows.push(await generateAll(trainer, latents, new Array<number>(each).fill(label)));
  if (!rows.every(({ values }) => values.every(Number.isFinite))) return undefined;
  const { modes } = source;
  // Of points with labels of their own, modes are no classes.
  const isModes = modes !== undefined && modes.centers.length === source.classes;
  return { names, rows, accuracy: isModes ? accuracyOf(rows, modes) : undefined };
}

function accuracyOf(rows: readonly metrics.Samples[], modes: data.ModeSet): metrics.ClassAccuracy {
  const asked = rows.flatMap(({ shape: [count = 0] }, label) => new Array<number>(count).fill(label));
  return metrics.classAccuracy(
    rows.flatMap((row) => nearestModes(row, modes)),
    asked,
  );
}

/** A point shows the class of the mode that it is nearest to. */
export function nearestModes({ values, shape: [count = 0] }: metrics.Samples, { centers }: data.ModeSet): number[] {
  return Array.from({ length: count }, (_, i) => {
    const distances = centers.map((center) =>
      Math.hypot(...center.map((c, axis) => (values[i * center.length + axis] as number) - c)),
    );
    return distances.indexOf(Math.min(...distances));
  });
}
