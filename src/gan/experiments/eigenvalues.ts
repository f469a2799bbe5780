import { hostRandom } from "../../data/host_random.ts";
import type { Engine } from "../../engine/engine.ts";
import { assertKeys, assertKind, count, type Kinds, list } from "../../errors/checks.ts";
import { arnoldi, type RitzValue } from "./arnoldi.ts";
import { type ExperimentOptions, experimentKinds, onCopy, type ReadableRun, runKind } from "./run_copy.ts";
import { spread, VectorField } from "./vector_field.ts";

export interface EigenvalueOptions extends ExperimentOptions {
  /** How many are told, in falling order of magnitude. Default 10. */
  readonly count?: number;
  /** Products with the Jacobian; of more than there are parameters, as many as those. Default 30. */
  readonly iterations?: number;
  /** Samples of the data that the losses are means over, in whole batches. Default 1024. */
  readonly samples?: number;
  /** Players whose parameters move. One alone has a Hessian, whose eigenvalues are real. Default: all. */
  readonly players?: readonly string[];
}

/** Leading eigenvalues of the Jacobian of a game's vector field. */
export interface GameSpectrum {
  /** In falling order of magnitude; of a pair of conjugates both. */
  readonly values: readonly RitzValue[];
  /**
   * Simultaneous gradient steps of a rate below it shrink along all of these directions: the least of 2 Re / |lambda|^2. 0 where an
   * eigenvalue has no positive real part: then none does.
   */
  readonly rateBound: number;
}

const kinds: Kinds<EigenvalueOptions> = {
  ...experimentKinds,
  count,
  iterations: count,
  samples: count,
  players: list,
};

/**
 * Leading eigenvalues of the Jacobian J of v = (grad_1 L_1, ..., grad_n L_n), where the run is. Gradient steps of rate h, of all players
 * at once, converge about an equilibrium if |1 - h lambda| < 1 for all of them; what hinders it are eigenvalues with no real part
 * and those with a large imaginary one, which are rotation (Mescheder, Nowozin and Geiger 2017, "The numerics of GANs"):
 *
 *   h < 2 Re / |lambda|^2
 *
 * That is of plain gradient descent: an optimiser with moments moves along another field. A negative eigenvalue of one player's own
 * Hessian is no alarm, since GANs converge to points that are stable and no Nash equilibria (Berard et al. 2020).
 *
 *   const { values, rateBound } = await eigenvalues(engine, trainer, { count: 10, iterations: 30 });
 *
 * The run is not touched. Arnoldi's method takes one product with J a step, each of three passes over the networks, and a
 * vector of all parameters on the host.
 *
 * @throws OptionError for what is no trainer, and for players that move one network; DataError where gradients are not finite.
 */
export async function eigenvalues(
  engine: Engine,
  trainer: ReadableRun,
  options: EigenvalueOptions = {},
): Promise<GameSpectrum> {
  const where = "eigenvalues";
  assertKind(where, "the trainer", trainer, runKind);
  assertKeys<EigenvalueOptions>(where, options, kinds);
  const { count: told = 10, iterations = 30, samples = 1024, players = trainer.game.order } = options;
  const batches = Math.ceil(samples / trainer.options.batchSize);
  return onCopy(
    where,
    engine,
    trainer,
    () => trainer.snapshot(),
    options,
    async (copy) => {
      const field = new VectorField(copy, { where, players, batches });
      const directions = field.directions();
      const plan = await field.transposedProduct(directions);
      copy.load();
      copy.expect(Math.min(iterations, field.size) * batches);
      const random = hostRandom(trainer.options.seed);
      const start = Float64Array.from({ length: field.size }, () => random.normal());
      const found = await arnoldi(
        (vector) => {
          spread(vector, directions);
          return field.run(plan);
        },
        start,
        iterations,
      );
      const values = found.slice(0, told);
      return { values, rateBound: rateBoundOf(values) };
    },
  );
}

/** An eigenvalue beside the largest, or beside its own error, below which it counts as zero: along it nothing moves. */
const negligible = 1e-5;

function rateBoundOf(values: readonly RitzValue[]): number {
  const largest = Math.max(0, ...values.map(sizeOf));
  const moving = values.filter((value) => sizeOf(value) > Math.max(value.residual, negligible * largest));
  const bounds = moving.map((value) => (value.re > 0 ? (2 * value.re) / sizeOf(value) ** 2 : 0));
  return Math.min(Number.POSITIVE_INFINITY, ...bounds);
}

const sizeOf = ({ re, im }: RitzValue): number => Math.hypot(re, im);
