import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, count, finite, type Kind, type Kinds, object } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { ofPlayer } from "../play/game.ts";
import { bytesOf, type Snapshot } from "../run/snapshot.ts";
import type { GameContext } from "../steps/context.ts";
import { type PathVerdict, verdictOf } from "./path_verdict.ts";
import { type ExperimentOptions, experimentKinds, onCopy, type ReadableRun, runKind } from "./run_copy.ts";
import { joined, spread, VectorField } from "./vector_field.ts";

export interface PathAngleOptions extends ExperimentOptions {
  /** Points on the path, both ends included: at least 3. Default 25, of which one lies at `to`. */
  readonly points?: number;
  /** Where the path begins and ends, in lengths from `from` to `to`. Defaults -0.1 and 1.1. */
  readonly low?: number;
  readonly high?: number;
  /** Samples of the data that the gradients are means over, in whole batches. Default 2048. */
  readonly samples?: number;
}

/** A game's vector field along a straight path. */
export interface PathAngle extends PathVerdict {
  /** Where on the path: 0 at `from`, 1 at `to`. */
  readonly alphas: Float64Array;
  /** cos of the angle between v and the way from `from` to `to`, for each alpha. */
  readonly cosines: Float64Array;
  /** |v|, for each alpha. */
  readonly norms: Float64Array;
}

const kinds: Kinds<PathAngleOptions> = {
  ...experimentKinds,
  points: { is: (value) => count.is(value) && Number(value) >= 3, says: "a whole number of at least 3" },
  low: finite,
  high: finite,
  samples: count,
};

const snapshotKind: Kind = {
  is: (value) => object.is(value) && Array.isArray(value["states"]) && object.is(value["configuration"]),
  says: "what trainer.snapshot() resolves to",
};

/**
 * How a game's vector field v lies along the straight path from one snapshot of a run to a later one (Berard et al. 2020, "A closer
 * look at the optimization landscapes of generative adversarial networks"):
 *
 *   omega(alpha) = from + alpha (to - from)        c(alpha) = cos of the angle between v(omega(alpha)) and to - from
 *
 * Players move along -v. About a point that attracts, c changes its sign from - to + where the path passes it; about one that the
 * players circle, v lies across the path, and c has a bump where the path comes nearest. Both together are a spiral.
 *
 *   const { cosines, norms, verdict } = await pathAngle(engine, trainer, early, await trainer.snapshot());
 *
 * The run is not touched. It takes the gradients of all players over `samples`, at every point. What layers keep, controls and counts
 * are those of `to`.
 *
 * @throws OptionError for what is no trainer or no snapshot of its configuration, and for two snapshots of one point; DataError
 * where gradients are not finite.
 */
export async function pathAngle(
  engine: Engine,
  trainer: ReadableRun,
  from: Snapshot,
  to: Snapshot,
  options: PathAngleOptions = {},
): Promise<PathAngle> {
  const where = "pathAngle";
  assertKind(where, "the trainer", trainer, runKind);
  assertKind(where, "the first snapshot", from, snapshotKind);
  assertKind(where, "the second snapshot", to, snapshotKind);
  assertKeys<PathAngleOptions>(where, options, kinds);
  const { points = 25, low = -0.1, high = 1.1, samples = 2048 } = options;
  if (!(low < high)) throw new OptionError(`${where}: low is ${low} and high is ${high}; give a high above low.`);
  const own = await trainer.snapshot();
  for (const snapshot of [from, to]) assertSame(where, own, snapshot);
  const batches = Math.ceil(samples / trainer.options.batchSize);
  return onCopy(
    where,
    engine,
    trainer,
    async () => to,
    options,
    async (copy) => {
      const { context } = copy;
      const field = new VectorField(copy, { where, players: context.game.order, batches });
      const plan = await field.gradient();
      copy.load();
      copy.expect(points * batches);
      const [start, end] = [pointIn(where, context, from), pointIn(where, context, to)];
      const way = end.map((value, i) => value - at(start, i));
      const length = norm(way);
      if (length === 0)
        throw new OptionError(`${where}: both snapshots have the same parameters; give two of different steps.`);
      const alphas = Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
      const [cosines, norms] = [new Float64Array(points), new Float64Array(points)];
      for (let i = 0; i < points; i++) {
        const alpha = at(alphas, i);
        put(
          context,
          start.map((value, k) => value + alpha * at(way, k)),
        );
        const v = await field.run(plan);
        norms[i] = norm(v);
        cosines[i] = v.reduce((sum, value, k) => sum + value * at(way, k), 0) / (at(norms, i) * length || 1);
      }
      return { alphas, cosines, norms, ...verdictOf(alphas, cosines) };
    },
  );
}

const norm = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** In the order of the players' vectors. */
const networksOf = ({ game, learners }: GameContext) =>
  game.order.flatMap((player) => ofPlayer(learners, player).networks);

/** The parameters of all players in a snapshot, one vector. */
function pointIn(where: string, context: GameContext, { states }: Snapshot): Float64Array {
  return joined(
    networksOf(context).map(({ name, arena }) => {
      const path = `networks/${name}/parameters`;
      const bytes = bytesOf(states.find((state) => state.path === path)?.bytes);
      if (bytes?.byteLength === 4 * arena.size) return new Float32Array(bytes);
      throw new OptionError(
        `${where}: a snapshot has ${bytes?.byteLength ?? "no"} bytes of "${path}", which has ${4 * arena.size}.`,
      );
    }),
  );
}

const put = (context: GameContext, point: Float64Array): void =>
  spread(
    point,
    networksOf(context).map(({ arena }) => arena.state),
  );

/** @throws OptionError for a snapshot of another configuration. */
function assertSame(where: string, own: Snapshot, { configuration }: Snapshot): void {
  const parts = Object.keys(own.configuration).filter((part) => own.configuration[part] !== configuration[part]);
  if (parts.length === 0) return;
  throw new OptionError(
    `${where}: a snapshot is of another run, which differs in ${parts.join(", ")}; give two of this trainer.`,
  );
}
