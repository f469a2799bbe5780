/**
 * `samples.npz`: samples as NumPy reads them (`np.load`), in the data's own units; images [N, H, W, C] from -1 to 1.
 *
 * - `samples`: of the generator, as it is at the end
 * - `real`: of the data, to compare with
 * - `class_samples`, `class_labels`: where the generator is told the class, samples of each, from the same latent vectors
 * - `latents`: those that `samples` are made of, where they are known
 */
import { writeNpz } from "saddlepoint/files";
import type { ClassSheet } from "../images/class_sheet.ts";
import type { SampleSet } from "./to_run_report.ts";

/** Samples, and what goes with them. */
export interface SamplesToWrite extends Pick<SampleSet, "shape" | "generated"> {
  readonly real?: Float32Array | undefined;
  /** [samples, ...] */
  readonly latents?: { readonly values: Float32Array; readonly shape: readonly number[] } | undefined;
  /** The class that each was asked for. */
  readonly labels?: readonly number[] | undefined;
  readonly sheet?: Pick<ClassSheet, "rows"> | undefined;
}

export function samplesNpz({
  shape,
  generated,
  real,
  latents,
  labels,
  sheet,
}: SamplesToWrite): Uint8Array<ArrayBuffer> {
  const sampleShape = shape.slice(1);
  const size = sampleShape.reduce((product, axis) => product * axis, 1);
  const array = (values: Float32Array) => ({ shape: [values.length / size, ...sampleShape], values });
  const rows = sheet?.rows ?? [];
  return writeNpz({
    samples: array(generated),
    ...(labels && { labels: { shape: [labels.length], values: Int32Array.from(labels) } }),
    ...(latents && { latents }),
    ...(real && { real: array(real) }),
    ...(rows.length > 0 && {
      class_samples: array(Float32Array.from(rows.flatMap(({ values }) => Array.from(values)))),
      class_labels: classLabels(rows),
    }),
  });
}

function classLabels(rows: ClassSheet["rows"]) {
  const values = Int32Array.from(rows.flatMap(({ shape: [count = 0] }, label) => new Array<number>(count).fill(label)));
  return { shape: [values.length], values };
}
