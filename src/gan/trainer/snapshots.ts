/** A run as it is after some step, taken to the host and put back. */
import { partOf } from "../../errors/extra.ts";
import { ringRows } from "../../probes/telemetry.ts";
import { extraSnapshots, type Snapshots } from "../run/extras.ts";
import type { KnownRun, RestoreOptions, Snapshot } from "../run/snapshot.ts";
import { examine } from "./measured.ts";
import { assertIdle, stepOf, type TrainerState, whileUsable } from "./state.ts";

/** See `GameTrainer.snapshot`. */
export const snapshot = (state: TrainerState): Promise<Snapshot> =>
  whileUsable(state, async () => {
    const step = stepOf(state);
    const { ringFrom, examiner } = state;
    const { takeSnapshot, run } = snapshotsOf(state, "trainer.snapshot()");
    // Rows that were not examined yet: none of them is older than those that the ring holds.
    const from = Math.max(ringFrom, step - ringRows, Math.min(step, examiner.next));
    return takeSnapshot(run, step, from, { findings: examiner.findings(), examined: examiner.save() });
  });

/** See `GameTrainer.restore`. */
export function restore(state: TrainerState, snapshot: Snapshot, options?: RestoreOptions): void {
  assertIdle(state, "restore");
  putBack(state, snapshot, options);
}

/** The same, for what keeps others from moving the states meanwhile. */
export function putBack(state: TrainerState, snapshot: Snapshot, { except = [] }: RestoreOptions = {}): void {
  const { loop, ring, examiner, recovery, context } = state;
  if (!recovery) loop.device.assertAlive();
  const { checkSnapshot, run } = snapshotsOf(state, "trainer.restore()");
  const checked = checkSnapshot(run, snapshot, except);
  const { step, controls, states, from, rows, examined } = checked;
  for (const [name, value] of controls) context.controls.set(name, value);
  if (!recovery?.restored(checked)) {
    for (const [held, values] of states) held.write(values);
    loop.index = step;
    ring.write(from, rows);
  }
  state.ringFrom = from;
  examiner.restore(examined);
  examine(state, ring.decode(from, [rows.buffer]));
}

/** What takes and checks snapshots, and the run that they are of. */
function snapshotsOf(state: TrainerState, asked: string): Snapshots & { readonly run: KnownRun } {
  const { fingerprint } = state;
  const part = fingerprint && extraSnapshots.part && { ...extraSnapshots.part, run: { ...state, fingerprint } };
  return partOf({ ...extraSnapshots, part }, asked);
}
