import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import type { Learner, LearnerStep } from "../../optim/learner.ts";
import type { Updates } from "../../optim/loss_scale.ts";
import { countNonFinite, rootMeanSquare } from "../../probes/probe_values.ts";
import { recordSites } from "../../probes/record_sites.ts";
import { ratiosOfSegments } from "../../probes/sampled_sites.ts";
import { placesIn } from "../../probes/samples.ts";
import type { TelemetryLayout } from "../../probes/telemetry.ts";
import { directionOf, updateDirection } from "../../probes/update_direction.ts";
import { updateRatios } from "../../probes/update_ratio.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { ofPlayer } from "../play/game.ts";
import { type GameContext, probeStates } from "./context.ts";
import type { StepKind, WatchedPull } from "./evaluate.ts";

/** Puts what a player's step measured into the row of the step. Returns what is kept to measure the next one. */
export function recordPlayer(
  { engine, game, run, learners, carry, replayed }: GameContext,
  layout: TelemetryLayout,
  { probed, isExact }: StepKind,
  player: string,
  { evaluation, sites, pulls, gradient }: WatchedPull,
  step: LearnerStep,
): Updates {
  const learner = ofPlayer(learners, player);
  const { lossScale } = learner;
  const { loss, terms, measured, drawn = {} } = evaluation;
  const kept: Updates[number][] = [];
  layout.add("loss", { [player]: loss });
  for (const [name, values] of measured) layout.add(name, values);
  if (probed) {
    // All players draw from the same data: it is looked at once.
    if (isExact && player === game.order[0]) {
      for (const [name, tensor] of Object.entries(drawn)) {
        if (tensor.dtype === "f32") layout.add(`nonFinite/data/${columnOf(name)}`, { value: countNonFinite(tensor) });
      }
    }
    const unscaled = lossScale && ((gradient: Tensor) => learner.unscaled(gradient));
    recordSites(layout, { engine, player, sites, gradient, unscaled, isExact }, run.siteProbes);
    const moved = movedElements(engine, learner, step);
    if (isExact) layout.add(updateRatios.name, updateRatios(step.change, step.parameters, learner.ranges));
    else recordUpdates(layout, learner, moved);
    // Between probed steps lie others, whose updates nobody keeps; a step that is looked at again keeps nothing.
    if (run.probeEvery === 1 && !replayed) {
      const state = carry.state(`${probeStates}${player}/parameters`, { shape: moved.before.shape });
      const held = engine.read(state);
      // Nobody has kept any in a first step.
      const last = Tensor.where(held.equal(0), moved.before, held).copy();
      layout.add(updateDirection.name, { [player]: directionOf({ ...moved, last }) });
      kept.push([state, moved.before]);
    }
    // A term that is not due counts as nothing.
    const lazy = Object.keys(ofPlayer(game.players, player).intervals).map((term) => [term, Tensor.scalar(0)] as const);
    const all = { ...Object.fromEntries(lazy), ...terms };
    if (Object.keys(all).length > 1) layout.add(`term/${player}`, all);
    if (run.probesTerms) {
      const sizes = Object.entries(pulls).map(([term, pull]) => [term, rootMeanSquare(pull)] as const);
      layout.add(`termGradient/${player}`, { ...Object.fromEntries(lazy), ...Object.fromEntries(sizes) });
    }
  }
  if (lossScale) layout.add("lossScale", { [player]: lossScale.scale });
  if (step.overflowed) layout.add("overflowed", { [player]: step.overflowed.cast("f32") });
  return kept;
}

/** Some elements of each parameter: their change in a step, and what they are after it. */
function movedElements(engine: Engine, learner: Learner, { parameters }: LearnerStep) {
  const { places, lengths } = placesIn(learner.ranges);
  const indices = engine.tensor(places, [places.length], "u32");
  // What the parameters were is gone once they have moved.
  const before = learner.read().gather(indices).copy();
  const after = parameters.gather(indices);
  return { before, after, lengths };
}

/** `updateRatios` of some elements of each parameter. */
function recordUpdates(
  layout: TelemetryLayout,
  { ranges }: Learner,
  { before, after, lengths }: ReturnType<typeof movedElements>,
): void {
  layout.addAll(
    ranges.map(({ name }) => `${updateRatios.name}/${name}`),
    // The other way round than a direction has it: what both share would be a value of its own, with a dispatch before both.
    ratiosOfSegments(before.sub(after), after, lengths),
    ranges.map(({ size }, i) => ({ elements: at(lengths, i), of: size, rows: at(lengths, i) })),
  );
}

/** Samples of the data are the real ones. */
const columnOf = (name: string): string => (name === "samples" ? "real" : name);
