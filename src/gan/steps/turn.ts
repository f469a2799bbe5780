import { ofPlayer } from "../play/game.ts";
import type { StepKind } from "./evaluate.ts";
import type { ResolvedGame } from "./resolve.ts";
import type { ResolvedRun } from "./run_options.ts";

/** A step that gets a plan of its own: who moves in it, and which variant it is. */
export interface StepSpec extends StepKind {
  readonly movers: readonly string[];
  /** Whether the turn of the game is over afterwards. */
  readonly endsTurn: boolean;
}

export interface TimedStep {
  readonly spec: StepSpec;
  /** How often it is taken, one after the other. */
  readonly times: number;
}

/** Whether a turn's number is a multiple of another one. */
type Divides = (by: number) => boolean;

/**
 * The steps of a turn. Of several steps of a player the last one is probed; where the rule of play moves all in one graph, it
 * is the joint one, and the others come before it.
 */
export function stepsOfTurn(game: ResolvedGame, run: ResolvedRun, index: number): readonly TimedStep[] {
  return stepsWhere(game, (by) => index % by === 0, run);
}

function stepsWhere(
  game: ResolvedGame,
  divides: Divides,
  { probeEvery, probesExactly: isExact }: ResolvedRun,
): readonly TimedStep[] {
  const probed = probeEvery > 0 && divides(probeEvery);
  const { order, play } = game;
  const last = order.length - 1;
  const spec = (movers: readonly string[], isProbed: boolean, endsTurn: boolean): StepSpec => ({
    movers,
    probed: isProbed,
    isExact,
    due: intervalsOf(game, movers).filter(divides),
    endsTurn,
  });
  const before = (player: string) => {
    const times = ofPlayer(game.players, player).stepsPerTurn - 1;
    return times > 0 ? [{ spec: spec([player], false, false), times }] : [];
  };
  if (play.isJoint) return [...order.flatMap(before), { spec: spec(order, probed, true), times: 1 }];
  return order.flatMap((player, place) => [
    ...before(player),
    { spec: spec([player], probed, place === last), times: 1 },
  ]);
}

/** Intervals above 1 of the players' terms, in order. */
export function intervalsOf(game: ResolvedGame, movers: readonly string[] = game.order): readonly number[] {
  const all = movers.flatMap((player) => Object.values(ofPlayer(game.players, player).intervals));
  return [...new Set(all.filter((interval) => interval > 1))].sort((a, b) => a - b);
}

/**
 * Every step that occurs, probed ones first. Which of some numbers divide a turn's number, and which don't, is known from
 * the least common multiple of those that do: each set of numbers and its multiple stand for such a turn.
 */
export function neededSteps(game: ResolvedGame, run: ResolvedRun): readonly StepSpec[] {
  const { probeEvery } = run;
  const numbers = [...new Set([...intervalsOf(game), ...(probeEvery > 0 ? [probeEvery] : [])])];
  const multiples = new Set([1]);
  for (const number of numbers) for (const other of [...multiples]) multiples.add(leastMultiple(other, number));
  const specs = [...multiples].flatMap((multiple) =>
    stepsWhere(game, (by) => multiple % by === 0, run).map(({ spec }) => spec),
  );
  const sorted = specs.sort((a, b) => Number(b.probed) - Number(a.probed) || b.due.length - a.due.length);
  return [...new Map(sorted.map((spec) => [keyOf(spec), spec])).values()];
}

/** The same step without the costlier probes. */
export const unprobed = (spec: StepSpec): StepSpec => ({ ...spec, probed: false });

export const keyOf = ({ movers, probed, due, endsTurn }: StepSpec): string =>
  JSON.stringify([movers, probed, due, endsTurn]);

/** What a plan is called. */
export function labelOf(game: ResolvedGame, { probeEvery }: ResolvedRun, spec: StepSpec): string {
  const { movers, probed, due, endsTurn } = spec;
  const all = intervalsOf(game, movers);
  const isWithinTurn = !endsTurn && movers[0] === game.order.at(-1);
  const name = movers.length === 1 ? `${movers[0]} step` : `step of ${movers.length === 2 ? "both" : "all"} players`;
  const lazy = due.length === 0 ? "without lazy penalties" : "with all penalties";
  const some = `with penalties of every ${due.join(" and ")} steps`;
  return [
    name,
    ...(isWithinTurn ? ["within a turn"] : []),
    ...(probeEvery > 0 && !probed ? ["unprobed"] : []),
    ...(all.length > 0 ? [due.length === 0 || due.length === all.length ? lazy : some] : []),
  ].join(", ");
}

function leastMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
