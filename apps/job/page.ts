/** What runs inside the headless browser: `tools/start.mjs` starts a job here and is told how it goes. */
import type { JobConfig } from "./job_config.ts";
import type { JobEntry } from "./job_entry.ts";
import type { JobProgress } from "./job_progress.ts";
import { tellJob } from "./run_job.ts";
import { toText } from "./wire.ts";

/** An error in the form that can leave the page. */
export interface PageError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What the page tells, one at a time, as `toText` writes it. */
export type PageNews =
  | { readonly progress: JobProgress }
  | { readonly entry: JobEntry }
  | { readonly over: { readonly error?: PageError } };

export interface JobPage {
  /** Begins; what comes of it is told, so that a run may take as long as it likes. */
  run(config: JobConfig): void;
  /** Ends the job after what is in flight. */
  stop(): void;
}

declare global {
  interface Window {
    saddlepointJob?: JobPage;
    /** Exposed by the one who drives the page. */
    onJobNews?: (text: string) => Promise<void>;
  }
}

const stopping = new AbortController();

const tell = (news: PageNews) => void window.onJobNews?.(toText(news));

window.saddlepointJob = {
  run(config) {
    const listener = {
      progress: (progress: JobProgress) => tell({ progress }),
      entry: (entry: JobEntry) => tell({ entry }),
    };
    tellJob(config, listener, { signal: stopping.signal }).then(
      () => tell({ over: {} }),
      (error: unknown) => tell({ over: { error: described(error) } }),
    );
  },
  stop: () => stopping.abort(),
};

function described(error: unknown): PageError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" };
  return { name: error.name, message: error.message, stack: error.stack ?? "" };
}
