import type { TappedSite } from "../autodiff/gradients.ts";
import type { State } from "../compile/state.ts";
import type { Learner, NetworkTrees } from "../optim/learner.ts";
import type { TelemetryLayout } from "../probes/telemetry.ts";
import { Tensor } from "../tensor.ts";
import { grad, valueAndGrad } from "../transforms.ts";
import { controlOf, type GameContext } from "./context.ts";
import { type Evaluation, evaluate, type StepKind, type WatchedPull } from "./evaluate.ts";
import { inTurns } from "./game/resolve.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, perPlayer } from "./play/game.ts";
import { recordPlayer } from "./record_player.ts";
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
  const play = movers.length === game.order.length ? game.play : inTurns;
  const { players } = play.step(played, states, carry.at("play"));
  const steps = movers.map((player) => {
    const pull = watched(player);
    const { evaluation } = pull;
    const step = ofPlayer(learners, player).moved(ofPlayer(players, player), evaluation.passes, scaled());
    recordPlayer(context, layout, spec, player, pull, step);
    return { player, evaluation, step };
  });
  // What several players keep by one name is as the first of them leaves it.
  const kept = new Map([...steps].reverse().flatMap(({ evaluation }) => evaluation.kept));
  const ownCount = ofPlayer(learners, game.order.at(-1) as string).steps === turns;
  return {
    updates: [
      ...steps.flatMap(({ step }) => step.updates),
      ...kept,
      ...carry.updates,
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
  const present = (player: string) => ofPlayer(states, player).parameters;
  const standing = Object.fromEntries(Object.entries(networks).map(([name, held]) => [name, held.parameters]));
  /** The player's networks where its vector is: those that stand still are read as they are. */
  const treesOf = (player: string, vector: Tensor): NetworkTrees =>
    vector === present(player)
      ? Object.fromEntries(ofPlayer(learners, player).networks.map(({ name }) => [name, standing[name] as never]))
      : ofPlayer(learners, player).unpack(vector);
  const treesAt = (at: PerPlayer): NetworkTrees =>
    Object.assign({}, standing, ...Object.entries(at).map(([player, vector]) => treesOf(player, vector)));
  const evaluations: Evaluation[] = [];
  const found = new Map<string, WatchedPull>();
  const scaled: Tensor[] = [];
  const at = (player: string, trees: NetworkTrees): Evaluation => {
    const evaluation = evaluate(context, player, trees, kind);
    evaluations.push(evaluation);
    return evaluation;
  };
  const played: PlayedGame = {
    players: game.order,
    loss: (player, point) => at(player, treesAt(point)).loss,
    pull: (player, point, isWatched, ahead) => {
      const learner = ofPlayer(learners, player) as Learner;
      const sites: TappedSite[] = [];
      let evaluation: Evaluation | undefined;
      const from = treesOf(player, ofPlayer(point, player));
      const evaluated = (own: NetworkTrees): Evaluation =>
        at(player, ahead ? treesAt(ahead({ ...point, [player]: learner.pack(own) })) : { ...treesAt(point), ...own });
      const lossAt = (own: NetworkTrees): Tensor => {
        evaluation = evaluated(own);
        return learner.scaled(evaluation.loss);
      };
      const tap = (site: TappedSite) => {
        // A network that is applied twice passes its sites twice: the first time is its own.
        if (isProbed(site) && sites.every(({ name }) => name !== site.name)) sites.push(site);
      };
      const [, gradient] = valueAndGrad(lossAt, isWatched ? { tap } : {})(from);
      const packed = learner.pack(gradient);
      if (learner.lossScale) scaled.push(packed);
      const seen = evaluation as unknown as Evaluation;
      /** How hard each term pulls by itself. */
      const pullOf = (term: string): Tensor => {
        const lossOf = (own: NetworkTrees) => learner.scaled(evaluated(own).terms[term] as Tensor);
        return learner.unscaled(learner.pack(grad(lossOf, { allowUnused: true })(from)));
      };
      const isSplit = isWatched && kind.probed && run.probesTerms;
      const pulls = isSplit ? Object.keys(seen.terms).map((term) => [term, pullOf(term)] as const) : [];
      if (isWatched) found.set(player, { evaluation: seen, sites, pulls: Object.fromEntries(pulls) });
      return { loss: seen.loss, gradient: learner.unscaled(packed) };
    },
  };
  return {
    played,
    watched: (player: string) => ofPlayer(Object.fromEntries(found), player),
    /** All gradients of scaled losses: a step to which one of them led that is not finite is left out, for all. */
    scaled: () => scaled,
    precise: () => evaluations.flatMap(({ precise }) => precise),
  };
}

/** Not those of networks that are applied aside, for a penalty, or inside of another player's loss. */
const isProbed = ({ name }: TappedSite): boolean => !name.startsWith(`${aside}/`);
