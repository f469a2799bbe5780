/** What a job tells of itself while it runs: all that its files are made of, so that they can be made of a part of it too. */
import type { data, EngineStats, gan, metrics } from "saddlepoint";
import type { Summary } from "./files/summary.ts";
import type { ClassSheet } from "./images/class_sheet.ts";
import type { Evaluation } from "./images/image_evaluator.ts";
import type { ImagePictures } from "./images/image_watch.ts";
import type { ResolvedJob } from "./job_config.ts";

/** What the training has taken by then. */
export interface Taken {
  /** Steps that were submitted. */
  readonly step: number;
  /** Of the training alone. */
  readonly seconds: number;
  readonly stats: EngineStats;
  /** Of what was no training. */
  readonly aside: Pick<EngineStats, "dispatches" | "buffersCreated">;
}

/** Samples of the generator as it is at the end. */
export interface Sampled extends gan.SampleBatch {
  readonly modes: metrics.ModeSummary | undefined;
}

/** In the order in which they come; plain values and typed arrays, which `toText` takes out of a page. */
export type JobEntry =
  | {
      readonly kind: "start";
      readonly title: string;
      readonly adapter: Summary["adapter"];
      readonly job: ResolvedJob;
      readonly isImages: boolean;
      /** Of the data, where they are known. */
      readonly modes: data.DataSource["modes"];
      readonly stats: EngineStats;
    }
  /** Another program goes on from a checkpoint of this step: what was told of later ones is told again. */
  | { readonly kind: "resumed"; readonly step: number }
  /** All is compiled. */
  | { readonly kind: "ready"; readonly real: Float32Array; readonly seconds: number }
  | { readonly kind: "report"; readonly report: gan.TrainReport; readonly taken: Taken }
  | { readonly kind: "evaluation"; readonly evaluation: Evaluation }
  | { readonly kind: "samples"; readonly samples: Sampled }
  | { readonly kind: "pictures"; readonly pictures: ImagePictures }
  | { readonly kind: "classes"; readonly sheet: ClassSheet }
  | { readonly kind: "end"; readonly taken: Taken };
