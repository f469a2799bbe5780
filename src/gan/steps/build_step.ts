import type { TappedSite } from "../../autodiff/gradients.ts";
import type { State } from "../../compile/state.ts";
import { at, named } from "../../errors/at.ts";
import { heldBack } from "../../optim/held_back.ts";
import type { NetworkTrees } from "../../optim/learner.ts";
import type { TelemetryLayout } from "../../probes/telemetry.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type GradOptions, grad } from "../../tensor/transforms.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, perPlayer } from "../play/game.ts";
import { controlOf, type GameContext } from "./context.ts";
import { type Evaluation, evaluate, type StepKind, type WatchedPull } from "./evaluate.ts";
import { recordPlayer } from "./record_player.ts";
import { inTurns } from "./resolve.ts";
import { aside } from "./step.ts";
import type { StepSpec } from "./turn.ts";

/** A step as a graph. */
export interface GameStep {
  readonly updates: readonly (readonly [State, Tensor])[];
  /** Values from which on everything is computed in f32, in a step that is otherwise of mixed precision. */
  readonly precise: readonly Tensor[];
}

/**
 * One step of some of the players, as the rule of play moves them; the others stand still. What it measures goes into the
 * layout: probes see the backward passes that the players move along.
 */
export function buildStep(context: GameContext, layout: TelemetryLayout, spec: StepSpec): GameStep {
  const { game, learners, averages, engine, turns } = context;
  const { movers } = spec;
  const carry = context.carry.step();
  const states = perPlayer(movers, (player) =>
    ofPlayer(learners, player).state(controlOf(context, `${player}LearningRate`)),
  );
  const { played, watched, scaled, precise } = watchedGame(context, states, spec);
  // What moves all at once has nothing to say of a step that one of them takes before.
  const play = game.play.isJoint && movers.length < game.order.length ? inTurns : game.play;
  const { players } = play.step(played, states, carry.at("play"));
  const steps = movers.map((player) => {
    const pull = watched(player);
    const { evaluation } = pull;
    const step = ofPlayer(learners, player).moved(ofPlayer(players, player), evaluation.passes, scaled());
    const measured = recordPlayer(context, layout, spec, player, pull, step);
    return { player, evaluation, step, measured };
  });
  // What several players keep by one name is as the first of them leaves it.
  const kept = new Map([...steps].reverse().flatMap(({ evaluation }) => evaluation.kept));
  // A step that is left out leaves nothing behind, and none what is not finite.
  const overflowed = steps.map(({ step }) => step.overflowed).find((flag) => flag !== undefined);
  const guarded = (state: State, value: Tensor): Tensor => {
    const finite = heldBack(engine.read(state), value);
    return overflowed ? Tensor.where(overflowed, engine.read(state), finite) : finite;
  };
  const ownCount = ofPlayer(learners, at(game.order, game.order.length - 1)).steps === turns;
  return {
    updates: [
      ...steps.flatMap(({ step, measured }) => [...step.updates, ...measured]),
      ...[...kept, ...carry.updates].map(([state, value]) => [state, guarded(state, value)] as const),
      ...steps.flatMap(({ player, step }) => {
        const average = averages[player];
        return average ? [average.update(step.parameters)] : [];
      }),
      ...(spec.endsTurn && !ownCount ? [[turns, engine.read(turns).add(Tensor.scalar(1, "u32"))] as const] : []),
    ],
    precise: precise(),
  };
}

/** The game as a rule of play sees it, and what the players' moves came of. */
function watchedGame(context: GameContext, states: PerPlayer<{ readonly parameters: Tensor }>, kind: StepKind) {
  const { game, learners, networks, run } = context;
  const standing: NetworkTrees = Object.fromEntries(
    Object.entries(networks).map(([name, held]) => [name, held.parameters]),
  );
  /** The player's networks where its vector is: those that stand still are read as they are. */
  const treesOf = (player: string, vector: Tensor): NetworkTrees => {
    const learner = ofPlayer(learners, player);
    if (vector !== ofPlayer(states, player).parameters) return learner.unpack(vector);
    return Object.fromEntries(learner.networks.map(({ name }) => [name, named(standing, name)]));
  };
  const treesAt = (point: PerPlayer): NetworkTrees =>
    Object.assign({}, standing, ...Object.entries(point).map(([player, vector]) => treesOf(player, vector)));
  const evaluations: Evaluation[] = [];
  const evaluateAt = (player: string, trees: NetworkTrees): Evaluation => {
    const evaluation = evaluate(context, player, trees, kind);
    evaluations.push(evaluation);
    return evaluation;
  };
  const found = new Map<string, WatchedPull>();
  const scaled: Tensor[] = [];
  const pull: PlayedGame["pull"] = (player, point, isWatched, ahead) => {
    const learner = ofPlayer(learners, player);
    const from = treesOf(player, ofPlayer(point, player));
    const evaluated = (own: NetworkTrees): Evaluation =>
      evaluateAt(
        player,
        ahead ? treesAt(ahead({ ...point, [player]: learner.pack(own) })) : { ...treesAt(point), ...own },
      );
    const gradientOf = (lossOf: (own: NetworkTrees) => Tensor, options: GradOptions): Tensor =>
      learner.pack(grad((own: NetworkTrees) => learner.scaled(lossOf(own)), options)(from));
    const sites: TappedSite[] = [];
    const tap = (site: TappedSite) => {
      // A network that is applied twice passes its sites twice: the first time is its own.
      if (isProbed(site) && sites.every(({ name }) => name !== site.name)) sites.push(site);
    };
    const gradient = gradientOf((own) => evaluated(own).loss, isWatched ? { tap } : {});
    const evaluation = at(evaluations, evaluations.length - 1);
    const unscaled = learner.unscaled(gradient);
    if (learner.lossScale) scaled.push(gradient);
    if (isWatched) {
      const isSplit = kind.probed && run.probesTerms;
      const terms = isSplit ? Object.keys(evaluation.terms) : [];
      const pullOf = (term: string): Tensor => {
        const lossOf = (own: NetworkTrees) => named(evaluated(own).terms, term);
        return learner.unscaled(gradientOf(lossOf, { allowUnused: true }));
      };
      found.set(player, { evaluation, sites, gradient: unscaled, pulls: perPlayer(terms, pullOf) });
    }
    return { loss: evaluation.loss, gradient: unscaled };
  };
  const played: PlayedGame = {
    players: game.order,
    loss: (player, point) => evaluateAt(player, treesAt(point)).loss,
    pull,
  };
  return {
    played,
    /** A rule that takes gradients in its own way leaves nothing to see but the losses where the players stood. */
    watched: (player: string): WatchedPull =>
      found.get(player) ?? { evaluation: evaluateAt(player, standing), sites: [], pulls: {} },
    /** All gradients of scaled losses: a step to which one of them led that is not finite is left out, for all. */
    scaled: () => scaled,
    precise: () => evaluations.flatMap(({ precise }) => precise),
  };
}

/** Not those of networks that are applied aside, for a penalty, or inside of another player's loss. */
const isProbed = ({ name }: TappedSite): boolean => !name.startsWith(`${aside}/`);
