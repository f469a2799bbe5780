import type { State } from "../../compile/state.ts";
import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import {
  assertKeys,
  assertKind,
  callback,
  count,
  type Kinds,
  needed,
  object,
  text,
  unknownName,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Step } from "../game/game.ts";
import { sidesOf } from "../losses/loss.ts";
import { ofPlayer } from "../play/game.ts";
import type { GameContext } from "../steps/context.ts";
import { inTurns } from "../steps/resolve.ts";
import { firstBatch, lossOf, measuredContext, standingTrees, withTerms } from "./measured_game.ts";
import { meanOf, varianceOf } from "./moments.ts";
import { type PlayerSteps, stepsOfPlayer } from "./player_steps.ts";
import {
  type ExperimentOptions,
  experimentKinds,
  ganKind,
  onCopy,
  type ReadableRun,
  type RunCopy,
  runKind,
} from "./run_copy.ts";

/** A zero-sum game's value as a player sees it. */
export interface GameValue {
  /** The name of the player who wants it large. The game's other player wants it small. */
  readonly maximiser: string;
  /** M of the networks that the step applies, on the step's batch: a scalar. */
  of(step: Step): Tensor;
}

export interface DualityGapOptions extends ExperimentOptions {
  /** Steps of each best response: at least 2. Default 100. */
  readonly steps?: number;
  /** Samples of the data that values are means over, in whole batches. Default 4096. */
  readonly samples?: number;
  /** The value that the players fight over, which a game that is a table of your own must say. */
  readonly value?: GameValue;
}

/** How far two players are from an equilibrium. */
export interface DualityGap {
  /**
   * `highest - lowest`: 0 where neither player can gain. With responses of finitely many steps it is a lower bound of the gap, and may be a
   * little below 0.
   */
  readonly gap: number;
  /** The gap after half of the steps. Where it is much smaller, the responses were not yet the best. */
  readonly halfway: number;
  /** Standard error of the gap over the batches; NaN for a single one. */
  readonly standardError: number;
  /** M where the run is. */
  readonly value: number;
  /** M against the best discriminator that was found, the generator as it is. */
  readonly highest: number;
  /** M against the best generator that was found, the discriminator as it is. */
  readonly lowest: number;
}

const kinds: Kinds<DualityGapOptions> = {
  ...experimentKinds,
  steps: { is: (value) => count.is(value) && Number(value) >= 2, says: "a whole number of at least 2" },
  samples: count,
  value: object,
};

/**
 * The duality gap of a run (Grnarova et al. 2019, "A domain agnostic measure for monitoring and evaluating GANs"): each player in turn
 * is trained against the other, who stands still, and what both have gained is the gap.
 *
 *   DG = max over D' of M(G, D') - min over G' of M(G', D)        DG >= 0, and 0 at an equilibrium of the zero-sum game
 *   M = -1/2 L_D        for cross entropies 1/2 E log D(x) + 1/2 E log(1 - D(G(z))), which is -ln 2 at the equilibrium
 *
 * L_D is the adversarial term of the discriminator as the run plays it, tricks and smoothing included, penalties not. D' takes the
 * run's own steps, penalties included, which hold it to what D may be; G' goes down M itself, whatever loss the run has, with a
 * fresh optimiser of the run's kind. Values are taken on draws that no step comes to, the same ones for all players; of a finite data
 * set, those are of the same samples.
 *
 *   const { gap, halfway } = await dualityGap(engine, trainer, { steps: 100 });
 *
 * The run is not touched: both responses are trained on copies. It takes `steps` steps of each player.
 *
 * @throws OptionError for losses without such a value (autoencoders, IMLE), for a table without `value`, and for what is no trainer.
 */
export async function dualityGap(
  engine: Engine,
  trainer: ReadableRun,
  options: DualityGapOptions = {},
): Promise<DualityGap> {
  assertKind(where, "the trainer", trainer, runKind);
  assertKeys<DualityGapOptions>(where, options, kinds);
  const { steps = 100, samples = 4096 } = options;
  const { value, maximiser, minimiser } = sidesOfValue(trainer, options.value);
  const batches = Math.ceil(samples / trainer.options.batchSize);
  const halfway = Math.floor(steps / 2);
  return onCopy(
    where,
    engine,
    trainer,
    () => trainer.snapshot(),
    options,
    async (copy) => {
      const measure = await valueOver(copy, batches, maximiser, value);
      const up = options.value
        ? await descent(copy, maximiser, steps, (step) => value(step).neg())
        : { begin: () => undefined, entries: await stepsOfPlayer(copy, maximiser, steps) };
      const down = await descent(copy, minimiser, steps, value);
      copy.expect(5 * batches + 2 * steps);
      const respond = async ({ begin, entries }: Response) => {
        copy.load();
        begin();
        await copy.run((i) => entries(i, i + 1), halfway);
        const early = await measure();
        await copy.run((i) => entries(halfway + i, halfway + i + 1), steps - halfway);
        return { early, late: await measure() };
      };
      copy.load();
      const now = await measure();
      const highest = await respond(up);
      const lowest = await respond(down);
      const gaps = highest.late.map((value, i) => value - at(lowest.late, i));
      return {
        gap: meanOf(gaps),
        halfway: meanOf(highest.early) - meanOf(lowest.early),
        standardError: Math.sqrt(varianceOf(gaps) / batches),
        value: meanOf(now),
        highest: meanOf(highest.late),
        lowest: meanOf(lowest.late),
      };
    },
  );
}

const where = "dualityGap";

/** How a player answers the other. */
interface Response {
  /** Where it begins, once all stand where the run is. */
  begin(): void;
  readonly entries: PlayerSteps;
}

/** Steps of a player's optimiser down a loss of its own, from no memory. */
async function descent(copy: RunCopy, player: string, steps: number, loss: (step: Step) => Tensor): Promise<Response> {
  const { context } = copy;
  const learner = ofPlayer(context.learners, player);
  // Schedules stay where the run is, while the player's count begins anew.
  const turns = copy.state("turn", [], "u32");
  const changed = withTerms(context, player, (step) => ({ value: loss(step) }));
  const alone: GameContext = { ...changed, turns, game: { ...changed.game, play: inTurns } };
  const entries = await stepsOfPlayer(copy, player, steps, alone);
  return {
    entries,
    begin: () => {
      turns.write([copy.turn]);
      learner.steps.write([0]);
      for (const slot of learner.moments) slot.write(new Float32Array(learner.size));
    },
  };
}

/** What measures the value where the networks stand, batch by batch. */
async function valueOver(
  copy: RunCopy,
  batches: number,
  player: string,
  value: (step: Step) => Tensor,
): Promise<() => Promise<Float64Array>> {
  const { engine } = copy.context;
  const seen = copy.state("batches seen", [], "u32");
  const row = copy.state("row", [], "u32");
  const table = copy.state("values", [batches, 1]);
  const context = withTerms(measuredContext(copy.context, seen), player, (step) => ({ value: value(step) }));
  const counted = (state: State) => [state, engine.read(state).add(Tensor.scalar(1, "u32"))] as const;
  const plan = await copy.plan({
    label: "value of the game",
    updates: [counted(seen), counted(row)],
    records: [{ table, row, column: 0, value: lossOf(context, player, standingTrees(context)) }],
  });
  return async () => {
    seen.write([firstBatch]);
    row.write([0]);
    await copy.run(() => [{ plan, times: 1 }], batches);
    return Float64Array.from(new Float32Array(at(await engine.download([table]), 0)));
  };
}

/** Who wants the value large, who small, and what it is. */
function sidesOfValue(trainer: ReadableRun, given: GameValue | undefined) {
  const { game } = trainer;
  if (given) {
    assertKeys<GameValue>(`${where}, value`, given, { maximiser: needed(text), of: needed(callback) });
    const { maximiser } = given;
    if (!game.order.includes(maximiser)) throw unknownName(where, "player", maximiser, game.players);
    const [minimiser, ...others] = game.order.filter((player) => player !== maximiser);
    if (minimiser !== undefined && others.length === 0)
      return { maximiser, minimiser, value: (step: Step) => given.of(step) };
    throw new OptionError(`${where}: the game has ${game.order.length} players; a value is fought over by two.`);
  }
  if (!ganKind.is(trainer)) {
    throw new OptionError(
      `${where}: the game is a table, of which nobody knows the value; give { value: { maximiser: "discriminator", of: (step) => ... } }.`,
    );
  }
  const { loss } = trainer.config;
  const sides = sidesOf(loss);
  if (sides.output === "error" || sides.ofSamples) {
    const why = sides.ofSamples ? "whose generator never listens to the discriminator" : "of an autoencoder's errors";
    throw new OptionError(
      `${where}: the loss "${loss.name}", ${why}, is no two sides of one value; give the value that the players fight over as { value }.`,
    );
  }
  const { terms } = ofPlayer(game.players, "discriminator");
  const value = (step: Step): Tensor => {
    const { adversarial } = terms(step);
    const term = typeof adversarial === "function" ? adversarial() : adversarial;
    if (!term) throw new OptionError(`${where}: the discriminator has no adversarial term; give { value }.`);
    return term.mul(-0.5);
  };
  return { maximiser: "discriminator", minimiser: "generator", value };
}
