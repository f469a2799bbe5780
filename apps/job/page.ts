/** What runs inside the headless browser: a job that `tools/run/chrome.mjs` starts. */
import { type RemoteJob, remoteJob } from "./remote_job.ts";

declare global {
  interface Window {
    saddlepointJob?: RemoteJob;
    /** Exposed by the one who drives the page. */
    onJobNews?: (text: string) => Promise<void>;
  }
}

window.saddlepointJob = remoteJob(async (text) => window.onJobNews?.(text));
