import { disposeContext } from "../steps/compile_steps.ts";
import { putBack, snapshot } from "./snapshots.ts";
import { assertIdle, extraRecovery, type TrainerParts, type TrainerState } from "./state.ts";

type Disposable = TrainerParts & Partial<Pick<TrainerState, "sampler" | "closer">>;

/** One run takes the place of another, whose parts are given back. Its own trainer is used up. */
export async function become(state: TrainerState, other: TrainerState): Promise<void> {
  for (const run of [state, other]) assertIdle(run, "adopt");
  const taken = await snapshot(other);
  for (const run of [state, other]) assertIdle(run, "adopt");
  for (const { recovery } of [state, other]) recovery?.dispose();
  disposeParts(state);
  other.isDisposed = true;
  const { setup, fingerprint, context, ring, plans, loop, sampleShape, sampler, closer, examiner, metrics } = other;
  Object.assign(state, {
    setup,
    fingerprint,
    context,
    ring,
    plans,
    loop,
    sampleShape,
    sampler,
    closer,
    examiner,
    metrics,
  });
  if (state.recovery) state.recovery = extraRecovery.part?.(state);
  putBack(state, taken);
  state.history?.begin(taken);
}

/** Gives back what a run has on the GPU. */
export function disposeParts({ plans, sampler, closer, context, ring }: Disposable): void {
  plans.dispose();
  sampler?.plan.dispose();
  closer?.look.dispose();
  disposeContext(context);
  ring.dispose();
}
