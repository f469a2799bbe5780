/** What the one who follows a job needs to make its files of what it told: loaded by `tools/start/job_run.mjs` outside any browser. */
export { JobLog } from "./job_log.ts";
export { fromText } from "./wire.ts";
