/** What a job tells while it runs. Plain JSON, so that it can leave the page. */
import type { gan, probes } from "saddlepoint";
import type { JsonNumber } from "./files/summary.ts";
import type { ImageResults } from "./images/image_watch.ts";

export type JobProgress =
  | { readonly phase: "start"; readonly title: string; readonly adapter: string; readonly software: boolean }
  | { readonly phase: "compile"; readonly done: number; readonly total: number }
  | { readonly phase: "warning"; readonly message: string }
  /** The classifier is trained that tells the samples' classes. */
  | { readonly phase: "classifier"; readonly done: number; readonly total: number }
  | { readonly phase: "train"; readonly state: TrainingState }
  | { readonly phase: "finding"; readonly finding: ToldFinding };

/** A finding whose remedies are in the options of `npm start`. */
export type ToldFinding = Omit<probes.Finding, "remedies"> & { readonly remedies: readonly string[] };

/** Where the training stands. */
export interface TrainingState {
  readonly step: number;
  readonly steps: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
  readonly losses: { readonly generator: JsonNumber; readonly discriminator: JsonNumber };
  /** Where the data has known modes. */
  readonly modes?: { readonly captured: number; readonly count: number; readonly highQualityShare: number };
  /** Of images, as they were measured last: the metrics that tell the most. */
  readonly metrics?: readonly { readonly name: string; readonly value: JsonNumber }[];
  /** Ailments that show now, the worst first. */
  readonly ailments: readonly probes.Ailment[];
}

/** A terminal has no room for more. */
const shownMetrics = 3;

export function trainingState(
  report: gan.TrainReport,
  steps: number,
  seconds: number,
  images: ImageResults | undefined,
): TrainingState {
  const { step, losses, modes, findings } = report;
  const stepsPerSecond = step / seconds;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  const measured = images?.evaluations.at(-1)?.measurements.slice(0, shownMetrics);
  return {
    step,
    steps,
    stepsPerSecond,
    secondsLeft: (steps - step) / stepsPerSecond,
    losses: { generator: finite(losses.generator), discriminator: finite(losses.discriminator) },
    ...(modes
      ? {
          modes: {
            captured: modes.capturedOnePercent,
            count: modes.modeCount,
            highQualityShare: modes.highQualityShare,
          },
        }
      : {}),
    ...(measured
      ? {
          metrics: measured.map(({ metric, value, corrected }) => ({
            name: metric,
            value: finite(corrected ?? value),
          })),
        }
      : {}),
    ailments: findings.map(({ ailment }) => ailment),
  };
}
