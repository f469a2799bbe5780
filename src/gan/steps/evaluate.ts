import type { TappedSite } from "../../autodiff/gradients.ts";
import type { State } from "../../compile/state.ts";
import type { Tensors } from "../../data/source.ts";
import { named } from "../../errors/at.ts";
import { describe, object, unknownName } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import type { Pass } from "../../nn/pass.ts";
import type { NetworkTrees } from "../../optim/learner.ts";
import type { ProbeValues } from "../../probes/probe_values.ts";
import { isTensor, type Tensor } from "../../tensor/tensor.ts";
import { controlOf, type GameContext, randomOf, streams } from "./context.ts";
import type { ResolvedPlayer } from "./resolve.ts";
import { createStep } from "./step.ts";

/** What decides which terms count in a step, and what is measured. */
export interface StepKind {
  /** With the costlier probes. */
  readonly probed: boolean;
  /** Whether those look at every element, or at samples. */
  readonly isExact: boolean;
  /** Intervals of the terms that are added in this step. */
  readonly due: readonly number[];
}

/** What a player minimises at one point of the game, and what came with it. */
export interface Evaluation {
  /** The sum of the terms. */
  readonly loss: Tensor;
  /** As they count in the sum. */
  readonly terms: Readonly<Record<string, Tensor>>;
  /** Of the networks that the player moves, with their buffers after the step. */
  readonly passes: ReadonlyMap<string, Pass>;
  /** What lasts, as updates of a plan. */
  readonly kept: readonly (readonly [State, Tensor])[];
  readonly measured: readonly (readonly [name: string, values: ProbeValues])[];
  readonly drawn: Tensors | undefined;
  /** Values from which on everything must be computed in f32. */
  readonly precise: readonly Tensor[];
}

/** What a player's move came of: the evaluation that it was taken at, and the sites that its backward pass came through. */
export interface WatchedPull {
  readonly evaluation: Evaluation;
  readonly sites: readonly TappedSite[];
  /** By all parameters that the player moves. */
  readonly gradient?: Tensor;
  /** The gradient of each term by itself, where that is asked for. */
  readonly pulls: Readonly<Record<string, Tensor>>;
}

/**
 * A player's terms where the networks have the parameters `trees`. A pure function of them: called twice within a step, it
 * sees the same batch.
 */
export function evaluate(context: GameContext, name: string, trees: NetworkTrees, kind: StepKind): Evaluation {
  const { game, run, learners, networks } = context;
  const player = named(game.players, name);
  const steps = context.replayed?.[name] ?? named(learners, name).steps;
  const random = randomOf(context, steps, streams.ofPlayer(game.order.indexOf(name)));
  const played = createStep(context, {
    random,
    size: run.batchSize,
    mode: "training",
    trees,
    moves: player.moves,
    pass: (network) => named(networks, network).pass("training", random),
    isProbed: kind.probed,
  });
  const terms = weighted(context, name, player, player.terms(played.step), kind.due);
  const [first, ...others] = Object.values(terms);
  if (!first) throw new OptionError(`The player "${name}" has no terms; return at least one scalar by name.`);
  return {
    loss: others.reduce((sum, term) => sum.add(term), first),
    terms,
    passes: played.passes,
    kept: played.carry.updates,
    measured: played.measured,
    drawn: played.drawn(),
    precise: played.precise,
  };
}

/** The terms that are due, as they count. */
function weighted(
  context: GameContext,
  name: string,
  { weights, intervals }: ResolvedPlayer,
  given: unknown,
  due: readonly number[],
): Readonly<Record<string, Tensor>> {
  if (!object.is(given) || isTensor(given)) {
    throw new OptionError(
      `The player "${name}": its terms are ${describe(given)}; return scalars by name, such as { adversarial: loss }.`,
    );
  }
  for (const [option, values] of Object.entries({ weights, intervals })) {
    const stranger = Object.keys(values).find((term) => !Object.hasOwn(given, term));
    if (stranger !== undefined) throw unknownName(`The player "${name}", ${option}`, "term", stranger, given);
  }
  const entries = Object.entries(given).flatMap(([term, made]) => {
    const interval = intervals[term] ?? 1;
    if (interval > 1 && !due.includes(interval)) return [];
    const value = scalar(name, term, typeof made === "function" ? made() : made);
    const weight = Object.hasOwn(weights, term) ? controlOf(context, `${term}Weight`) : undefined;
    const factor = interval > 1 ? (weight?.mul(interval) ?? interval) : weight;
    return [[term, factor === undefined ? value : value.mul(factor)] as const];
  });
  return Object.fromEntries(entries);
}

function scalar(player: string, term: string, value: unknown): Tensor {
  if (!isTensor(value) || value.size !== 1) {
    const given = isTensor(value) ? `a tensor ${formatShape(value.shape)}` : describe(value);
    throw new ShapeError(
      `The player "${player}": the term "${term}" is ${given}; a term is a scalar, such as a mean over the batch.`,
    );
  }
  return value.reshape([]);
}
