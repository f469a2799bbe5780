/** What a page or process is asked to do besides training a run. */
import type { JobProgress } from "../job_progress.ts";
import type { DrawAnswer, DrawOrder } from "./draw.ts";

/** As JSON. */
export type TaskOrder = DrawOrder;

/** What comes of it, a part at a time. */
export type TaskAnswer = DrawAnswer;

/** What a task has of the place that it is done in. */
export interface TaskPlace {
  /** Where there is no `navigator.gpu`. */
  readonly gpu: GPU | undefined;
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
  /** Resolves when it has arrived. */
  readonly answer: (answer: TaskAnswer) => Promise<void>;
}
