/** What runs inside the headless browser: `tools/start.mjs` starts a job here and is told how it goes. */
import type { JobConfig } from "./job_config.ts";
import type { JobProgress } from "./job_progress.ts";
import { type JobResult, runJob } from "./run_job.ts";

/** A result in the form that can leave the page: bytes as base64, an error as its name and message. */
export interface PageResult {
  readonly summary?: JobResult["summary"];
  readonly headline?: string;
  readonly files: readonly { readonly name: string; readonly text: string; readonly encoding: "utf8" | "base64" }[];
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

export interface JobPage {
  run(config: JobConfig): Promise<PageResult>;
  /** Ends the training after what is in flight; `run` then resolves with what there is. */
  stop(): void;
}

declare global {
  interface Window {
    saddlepointJob?: JobPage;
    /** Exposed by the one who drives the page. */
    onJobProgress?: (progress: JobProgress) => Promise<void>;
  }
}

const stopping = new AbortController();

window.saddlepointJob = {
  async run(config) {
    try {
      const result = await runJob(config, (progress) => void window.onJobProgress?.(progress), {
        signal: stopping.signal,
      });
      return {
        summary: result.summary,
        headline: result.headline,
        files: result.files.map(({ name, content }) =>
          typeof content === "string"
            ? { name, text: content, encoding: "utf8" as const }
            : { name, text: base64(content), encoding: "base64" as const },
        ),
        ...(result.failure ? { error: described(result.failure) } : {}),
      };
    } catch (error) {
      return { files: [], error: described(error) };
    }
  },
  stop: () => stopping.abort(),
};

function described(error: unknown): { name: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" };
  return { name: error.name, message: error.message, stack: error.stack ?? "" };
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  // In parts, since a call takes only so many arguments.
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
