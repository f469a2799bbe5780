/** What a page or process is asked to do besides training a run. */
import type { JobProgress } from "../job_progress.ts";
import type { CheckAnswer, CheckOrder } from "./check.ts";
import type { DrawAnswer, DrawOrder } from "./draw.ts";
import type { MeasureAnswer, MeasureOrder } from "./measure.ts";

/** As JSON. */
export type TaskOrder = DrawOrder | MeasureOrder | CheckOrder;

/** What comes of it, a part at a time. */
export type TaskAnswer = DrawAnswer | MeasureAnswer | CheckAnswer;

/** What a task has of the place that it is done in. */
export interface TaskPlace {
  /** Where there is no `navigator.gpu`. */
  readonly gpu: GPU | undefined;
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
  /** Resolves when it has arrived. */
  readonly answer: (answer: TaskAnswer) => Promise<void>;
}
