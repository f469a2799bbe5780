/** Where a job runs: in a page of headless Chrome, or as a process of Node or Deno. */
import { inChrome } from "./chrome.mjs";
import { inDeno, inNode } from "./process.mjs";

/**
 * @typedef {object} Surroundings
 * @property {Readonly<Record<string, import("../browser/serve.mjs").Route>>} routes what the job may load
 * @property {import("../browser/serve.mjs").Handler} handle
 * @property {(text: string) => void} hear takes what the job tells
 * @property {(line: string) => void} note
 * @property {(lost: string) => void} lose told when the job is gone: a sentence without its point
 *
 * @typedef {object} StartedJob
 * @property {string} url of the server, as the job reaches it
 * @property {(order: import("../../apps/job/remote_job.ts").JobOrder) => Promise<void>} run
 * @property {() => void} stop
 *
 * @typedef {(surroundings: Surroundings) => Promise<StartedJob>} Runtime
 */

/** @type {Readonly<Record<"chrome" | "node" | "deno", Runtime>>} */
export const runtimes = { chrome: inChrome, node: inNode, deno: inDeno };
