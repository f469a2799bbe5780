import type { Plan } from "../../compile/plan/plan.ts";
import type { State } from "../../compile/state.ts";
import { at } from "../../errors/at.ts";
import { unknownName } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../tensor/transforms.ts";
import { dot, gradientsAt } from "../play/field.ts";
import { ofPlayer, type PerPlayer, perPlayer } from "../play/game.ts";
import type { GameContext } from "../steps/context.ts";
import { firstBatch, measuredContext, playedGame } from "./measured_game.ts";
import type { RunCopy } from "./run_copy.ts";

export interface FieldOptions {
  /** For errors: what the user called. */
  readonly where: string;
  /** Those whose vectors are moved; the others stand still. */
  readonly players: readonly string[];
  /** Batches that everything is the mean of. */
  readonly batches: number;
}

/**
 * A game's vector field v = (grad_1 L_1, ..., grad_n L_n), each player's gradient of its own loss by its own parameters, as the
 * mean over batches that are the same ones each time. Vectors of the whole game have the players' one after the other, in the
 * order of their turns.
 */
export class VectorField {
  readonly #copy: RunCopy;
  readonly #options: FieldOptions;
  readonly #context: GameContext;
  readonly #count: State;
  readonly #sums: readonly State[];
  readonly size: number;

  constructor(copy: RunCopy, options: FieldOptions) {
    const { learners, game } = copy.context;
    assertApart(options, copy.context);
    this.#copy = copy;
    this.#options = { ...options, players: game.order.filter((player) => options.players.includes(player)) };
    this.#count = copy.state("batches seen", [], "u32");
    this.#context = measuredContext(copy.context, this.#count);
    this.#sums = this.#players.map((player) => copy.state(`field of ${player}`, [ofPlayer(learners, player).size]));
    this.size = this.#sums.reduce((sum, { shape }) => sum + at(shape, 0), 0);
  }

  /** A plan that computes v where the players stand. */
  gradient(): Promise<Plan> {
    const game = playedGame(this.#context);
    return this.#sum("vector field", gradientsAt(game, this.#standing()));
  }

  /**
   * A plan that computes J^T w where the players stand, with J the Jacobian of v: the gradient of v . w by all vectors. J^T has
   * the eigenvalues of J, and one backward pass through the gradients gives it.
   *
   * @param direction of the whole game, cut into a state for each player
   */
  transposedProduct(direction: readonly State[]): Promise<Plan> {
    const game = playedGame(this.#context);
    const { engine } = this.#context;
    const w = perPlayer(this.#players, (player) => engine.read(at(direction, this.#players.indexOf(player))));
    const along = (point: PerPlayer) => dot(game, gradientsAt(game, point), w);
    return this.#sum("product with the Jacobian", grad(along, { allowUnused: true })(this.#standing()));
  }

  /** A state for each player, which together hold a vector of the whole game. */
  directions(): readonly State[] {
    return this.#players.map((player, i) => this.#copy.state(`direction of ${player}`, at(this.#sums, i).shape));
  }

  /** Runs a plan of the field over all batches. @throws DataError for what is not finite. */
  async run(plan: Plan): Promise<Float64Array> {
    const { batches, where } = this.#options;
    this.#count.write([firstBatch]);
    for (const sum of this.#sums) sum.write(new Float32Array(at(sum.shape, 0)));
    await this.#copy.run(() => [{ plan, times: 1 }], batches);
    const parts = await this.#context.engine.download(this.#sums);
    const mean = joined(parts.map((part) => new Float32Array(part)));
    const bad = mean.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return mean;
    throw new DataError(
      `${where}: the game's gradients are not finite there (${mean[bad]} at ${bad} of ${mean.length}).`,
    );
  }

  get #players(): readonly string[] {
    return this.#options.players;
  }

  #standing(): PerPlayer {
    return perPlayer(this.#players, (player) => ofPlayer(this.#context.learners, player).read());
  }

  #sum(label: string, vectors: PerPlayer): Promise<Plan> {
    const { engine } = this.#context;
    const { batches } = this.#options;
    const added = this.#players.map((player, i): readonly [State, Tensor] => {
      const sum = at(this.#sums, i);
      return [sum, engine.read(sum).add(ofPlayer(vectors, player).div(batches))];
    });
    const counted: readonly [State, Tensor] = [this.#count, engine.read(this.#count).add(Tensor.scalar(1, "u32"))];
    return this.#copy.plan({ label, updates: [...added, counted] });
  }
}

/** One vector after the other, in float64. */
export function joined(vectors: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const vector of vectors) {
    all.set(vector, next);
    next += vector.length;
  }
  return all;
}

/** Writes a vector of the whole game to states that hold its parts. */
export function spread(vector: Float64Array, states: readonly State[]): void {
  let next = 0;
  for (const state of states) {
    const size = at(state.shape, 0);
    state.write(Float32Array.from(vector.subarray(next, next + size)));
    next += size;
  }
}

/** A point of the game has one place for each network. */
function assertApart({ where, players }: FieldOptions, { game }: GameContext): void {
  if (players.length === 0) throw new OptionError(`${where}: players is []; name at least one.`);
  const stranger = players.find((player) => !game.order.includes(player));
  if (stranger !== undefined) throw unknownName(where, "player", stranger, game.players);
  const moved = players.flatMap((player) => ofPlayer(game.players, player).moves);
  const twice = moved.find((network, i) => moved.indexOf(network) !== i);
  if (twice === undefined) return;
  throw new OptionError(
    `${where}: several of the players ${players.join(", ")} move the network "${twice}", which has one place in a point of the ` +
      "game; name those in `players` that move networks of their own.",
  );
}
