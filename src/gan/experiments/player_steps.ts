import type { LoopEntry } from "../../compile/plan/loop.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import { found } from "../../errors/at.ts";
import { ofPlayer } from "../play/game.ts";
import { keyOf, type StepSpec, stepsOfTurn } from "../steps/turn.ts";
import type { RunCopy } from "./run_copy.ts";

/** Steps of one player from one number to another, as entries of a loop. */
export type PlayerSteps = (from: number, to: number) => readonly LoopEntry[];

/**
 * The steps of one player, as the run takes them in its turns, while all others stand still. Terms that come by an interval come
 * as often as in the run.
 */
export async function stepsOfPlayer(
  copy: RunCopy,
  player: string,
  steps: number,
  context = copy.context,
): Promise<PlayerSteps> {
  const { game, run } = context;
  const { stepsPerTurn } = ofPlayer(game.players, player);
  const specOf = (step: number): StepSpec => {
    const turn = copy.turn + Math.floor(step / stepsPerTurn);
    const due = stepsOfTurn(game, run, turn).flatMap(({ spec }) => spec.due);
    const own = Object.values(ofPlayer(game.players, player).intervals);
    return {
      movers: [player],
      probed: false,
      isExact: run.probesExactly,
      due: [...new Set(due)].filter((interval) => own.includes(interval)),
      endsTurn: false,
    };
  };
  const specs = new Map(Array.from({ length: steps }, (_, step) => [keyOf(specOf(step)), specOf(step)] as const));
  const plans = new Map<string, Plan>();
  for (const [key, spec] of specs) plans.set(key, await copy.step(spec, context));
  return (from, to) =>
    Array.from({ length: to - from }, (_, i) => ({ plan: found(plans, keyOf(specOf(from + i))), times: 1 }));
}
