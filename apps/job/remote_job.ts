/** A job that another program started, which is told of it, and keeps its files. */
import { hostStore } from "./host_store.ts";
import type { JobConfig } from "./job_config.ts";
import type { JobEntry } from "./job_entry.ts";
import type { JobProgress } from "./job_progress.ts";
import type { Resumed } from "./kept_run.ts";
import { tellJob } from "./run_job.ts";
import { perform } from "./tasks/perform.ts";
import type { TaskAnswer, TaskOrder } from "./tasks/task.ts";
import { toText } from "./wire.ts";

/** An error in the form that can be sent. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What is told, one at a time, as `toText` writes it. */
export type JobNews =
  | { readonly progress: JobProgress }
  | { readonly entry: JobEntry }
  | { readonly answer: TaskAnswer }
  | { readonly over: { readonly error?: SentError } };

/** What to do, as JSON. */
export type JobOrder = TrainingOrder | TaskOrder;

export interface TrainingOrder {
  readonly config: JobConfig;
  readonly kept?: KeptThere | undefined;
}

/** Where the other program keeps the run. */
export interface KeptThere {
  /** Of its stores; "checkpoints" and "files" are below. */
  readonly url: string;
  readonly everySeconds: number;
  readonly resumed?: Resumed | undefined;
}

export interface RemoteJob {
  /** Begins; what comes of it is told, so that a run may take as long as it likes. */
  run(order: JobOrder): void;
  /** Ends the job after what is in flight. */
  stop(): void;
}

/** @param send resolves when the text has arrived */
export function remoteJob(send: (text: string) => Promise<void>, gpu?: GPU): RemoteJob {
  const stopping = new AbortController();
  const tell = (news: JobNews) => send(toText(news));
  return {
    run(order) {
      const { signal } = stopping;
      const progress = (made: JobProgress) => void tell({ progress: made });
      const train = ({ config, kept }: TrainingOrder) => {
        const listener = { progress, entry: (entry: JobEntry) => tell({ entry }) };
        return tellJob(config, listener, { signal, gpu, kept: kept && opened(kept) });
      };
      const answer = (made: TaskAnswer) => tell({ answer: made });
      const done = "task" in order ? perform(order, { gpu, signal, progress, answer }) : train(order);
      done.then(
        () => tell({ over: {} }),
        (error: unknown) => tell({ over: { error: described(error) } }),
      );
    },
    stop: () => stopping.abort(),
  };
}

const opened = ({ url, ...rest }: KeptThere) => ({
  ...rest,
  checkpoints: hostStore(`${url}/checkpoints`),
  files: hostStore(`${url}/files`),
});

function described(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" };
  return { name: error.name, message: error.message, stack: error.stack ?? "" };
}
