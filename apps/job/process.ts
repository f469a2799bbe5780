/**
 * What runs in Node or Deno: a job that `tools/run/process.mjs` starts. Orders come as lines of stdin, which ends with who gave
 * them; news go as lines to stdout. In Node the last argument is the address of Dawn's module.
 */
import { type JobOrder, type RemoteJob, remoteJob } from "./remote_job.ts";

/** One order a line. */
export type Order = { readonly run: JobOrder; readonly base: string } | { readonly stop: true };

interface DawnModule {
  create(flags: readonly string[]): GPU;
  readonly globals: object;
}

const send = (text: string) => new Promise<void>((done) => process.stdout.write(`${text}\n`, () => done()));

async function openGpu(dawn: string | undefined): Promise<GPU | undefined> {
  if (dawn === undefined) return undefined;
  const { create, globals } = (await import(dawn)) as DawnModule;
  Object.assign(globalThis, globals);
  return create([]);
}

const { createInterface } = process.getBuiltinModule("node:readline");
const lines = createInterface({ input: process.stdin });
// Nobody is left to train for.
lines.on("close", () => process.exit(1));

let job: RemoteJob | undefined;
const gpu = openGpu(process.argv[2]);
lines.on("line", async (line) => {
  const order = JSON.parse(line) as Order;
  if ("stop" in order) return job?.stop();
  // A page has an address, to which those of the data are relative.
  const load = globalThis.fetch;
  globalThis.fetch = (asked, options) => load(typeof asked === "string" ? new URL(asked, order.base) : asked, options);
  job = remoteJob(send, await gpu);
  job.run(order.run);
});
