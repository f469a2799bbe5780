/** The game of three players in float64: each loss a graph of its own, which the reference evaluates. */
import type { Carry } from "../../src/engine/carry.ts";
import type { Applied } from "../../src/gan/game/game.ts";
import type { PerPlayer, PlayedGame } from "../../src/gan/play/game.ts";
import type { ResolvedPlay } from "../../src/gan/play/play.ts";
import { pullOfLoss } from "../../src/gan/play/pull.ts";
import type { Snapshot } from "../../src/gan/run/snapshot.ts";
import { streams } from "../../src/gan/steps/context.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/primitives/leaf.ts";
import { type DType, type Shape, sizeOf } from "../../src/graph/shape.ts";
import { isParameterSpec, type ParameterSpec } from "../../src/nn/layer.ts";
import { Pass } from "../../src/nn/pass.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { Random } from "../../src/tensor/random.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { grad, type TensorTree } from "../../src/tensor/transforms.ts";
import { flatten } from "../../src/tensor/tree.ts";
import { evaluate } from "./reference.ts";
import { slotOf } from "./slots.ts";
import { drawBatch, type NetworkName, type PlayerName, type ThreePlayers, type ThreeStep } from "./three_players.ts";

/** Numbers by the path that they have in a snapshot. */
export type Values = ReadonlyMap<string, Float64Array>;

export interface Settings {
  readonly seed: number;
  readonly batchSize: number;
}

export function valuesOf({ states }: Snapshot): Values {
  const isCount = (path: string) => path === "turns" || path.endsWith("/steps");
  return new Map(
    states
      .filter(isOfGame)
      .map(({ path, bytes }) => [
        path,
        Float64Array.from(isCount(path) ? new Uint32Array(bytes) : new Float32Array(bytes)),
      ]),
  );
}

/** What probes keep is theirs alone: no replay knows it. */
export const isOfGame = ({ path }: { readonly path: string }): boolean => !path.startsWith("probes/");

const parametersOf = (network: string) => `networks/${network}/parameters`;
const stepsOf = (player: string) => `players/${player}/steps`;

/** What a player minimises: nodes over leaves that stand for the values of a snapshot. */
interface PlayerLoss {
  readonly loss: Tensor;
  readonly terms: Readonly<Record<string, Tensor>>;
  /** By path, as the step leaves them. */
  readonly buffers: ReadonlyMap<string, Tensor>;
}

/** How a gradient is taken. */
export type Method = "differences" | "derivatives";

/** What a turn leads to. */
export interface PlayedTurn {
  readonly values: Values;
  /** Of the last step of each player, by name of the column. */
  readonly measured: ReadonlyMap<string, number>;
}

export function replayedGame(game: ThreePlayers, { seed, batchSize }: Settings) {
  const leaves = new Map<string, Tensor>();
  const leaf = (path: string, shape: Shape, dtype: DType = "f32"): Tensor => {
    const known = leaves.get(path) ?? new Tensor(input(path, shape, dtype));
    leaves.set(path, known);
    return known;
  };
  const order = Object.keys(game.players) as PlayerName[];
  const playerOf = (name: string) => game.players[name as PlayerName];
  const sizeOfNetwork = (name: NetworkName) => game.networks[name].parameterCount;
  const standing = (name: NetworkName) => leaf(parametersOf(name), [sizeOfNetwork(name)]);

  const calculate = (tensors: readonly Tensor[], values: Values): Float64Array[] => {
    const inputs = new Map([...leaves].map(([path, { node }]) => [slotOf(node).id, numbersOf(values, path)]));
    return evaluate(
      tensors.map(({ node }): Node => node),
      { inputs },
    );
  };

  /** The player's loss where the networks have these parameters. */
  function lossOf(name: string, due: readonly number[], vectors: Partial<Record<NetworkName, Tensor>>): PlayerLoss {
    const { moves, terms, weights = {}, intervals = {} } = playerOf(name);
    const place = streams.ofPlayer(order.indexOf(name as PlayerName));
    const random = new Random(Tensor.scalar(seed, "u32"), leaf(stepsOf(name), [], "u32"), place);
    const passes = new Map<string, Pass>();
    const newPass = (network: NetworkName) => {
      const buffers = Object.entries(game.networks[network].buffers).map(([path, { shape }]) => [
        path,
        leaf(`networks/${network}/buffers/${path}`, shape),
      ]);
      return new Pass({ mode: "training", buffers: Object.fromEntries(buffers), random });
    };
    const applied = (network: NetworkName, isAside: boolean): Applied => {
      const net = game.networks[network];
      const tree = treeOf(net.parameters, vectors[network] ?? standing(network));
      const apply = (x: Tensor, inputs = {}) => {
        const keeps = !isAside && moves.includes(network);
        const pass = (keeps && passes.get(network)) || newPass(network);
        if (keeps) passes.set(network, pass);
        return net.apply(tree, x, { pass, inputs });
      };
      const forms = {
        aside: { get: () => applied(network, true) },
        unwatched: { get: () => applied(network, isAside) },
      };
      return Object.defineProperties(apply, forms) as unknown as Applied;
    };
    // The batch before the priors, each where it is asked for first: as the players' terms do.
    const drawn = new Map<string, unknown>();
    const once = <Value>(key: string, make: () => Value): Value => {
      if (!drawn.has(key)) drawn.set(key, make());
      return drawn.get(key) as Value;
    };
    const byName = <Value>(names: readonly string[], make: (name: string) => Value) =>
      Object.defineProperties({}, Object.fromEntries(names.map((each) => [each, { get: () => make(each) }])));
    const batch = () => once("batch", () => drawBatch(random, batchSize));
    const step = Object.defineProperties(
      {},
      {
        networks: { value: byName(Object.keys(game.networks), (each) => applied(each as NetworkName, false)) },
        batch: { get: batch },
        priors: {
          value: byName(Object.keys(game.priors ?? {}), (each) =>
            once(each, () => game.priors?.[each as "code"].draw(random, batchSize, batch)),
          ),
        },
      },
    ) as ThreeStep;
    const counted = Object.entries(terms(step)).flatMap(([term, value]) => {
      const interval = intervals[term] ?? 1;
      if (interval > 1 && !due.includes(interval)) return [];
      return [[term, (typeof value === "function" ? value() : value).mul((weights[term] ?? 1) * interval)] as const];
    });
    const buffers = [...passes].flatMap(([network, pass]) =>
      Object.entries(pass.buffers).map(([path, value]) => [`networks/${network}/buffers/${path}`, value] as const),
    );
    return {
      loss: counted.map(([, value]) => value).reduce((sum, value) => sum.add(value)),
      terms: Object.fromEntries(counted),
      buffers: new Map(buffers),
    };
  }

  const dueIn = (turn: number) => [2, 3].filter((interval) => turn % interval === 0);
  const known = new Map<string, PlayerLoss>();
  const lossWhereItStands = (name: string, due: readonly number[]) => {
    const key = `${name} ${due}`;
    const loss = known.get(key) ?? lossOf(name, due, {});
    known.set(key, loss);
    return loss;
  };

  const derivatives = new Map<string, Tensor>();

  /** By the library's own rules of differentiation, in float64. */
  function derivativeOf(name: string, due: readonly number[], network: NetworkName, values: Values): Float64Array {
    const key = `${name} ${due} ${network}`;
    const lossAt = (own: Tensor) => lossOf(name, due, { [network]: own }).loss;
    const gradient = derivatives.get(key) ?? grad(lossAt)(standing(network));
    derivatives.set(key, gradient);
    return calculate([gradient], values)[0] as Float64Array;
  }

  /** By central differences: nothing of the library's derivatives but those inside of a term. */
  function differencesOf(loss: Tensor, network: NetworkName, values: Values): Float64Array {
    const path = parametersOf(network);
    const here = numbersOf(values, path);
    const h = 1e-5;
    const at = (i: number, by: number) => {
      const moved = here.slice();
      moved[i]! += by;
      return calculate([loss], new Map([...values, [path, moved]]))[0]![0] as number;
    };
    return here.map((_, i) => (at(i, h) - at(i, -h)) / (2 * h));
  }

  /** One step of one player down its own loss, by the gradient alone. */
  function stepOf(name: PlayerName, due: readonly number[], values: Values, by: Method): PlayedTurn {
    const { loss, terms, buffers } = lossWhereItStands(name, due);
    const next = new Map(values);
    for (const network of playerOf(name).moves) {
      const gradient =
        by === "differences" ? differencesOf(loss, network, values) : derivativeOf(name, due, network, values);
      const path = parametersOf(network);
      next.set(
        path,
        numbersOf(values, path).map((value, i) => value - rateOf(name) * gradient[i]!),
      );
    }
    const [numbers, kept] = [
      calculate([loss, ...Object.values(terms)], values),
      calculate([...buffers.values()], values),
    ];
    [...buffers.keys()].forEach((path, i) => {
      next.set(path, kept[i] as Float64Array);
    });
    finish(name, values, next);
    const columns = [`loss/${name}`, ...Object.keys(terms).map((term) => `term/${name}/${term}`)];
    return { values: next, measured: new Map(columns.map((column, i) => [column, numbers[i]![0] as number])) };
  }

  /** Counts a step, and moves the mean. */
  function finish(name: PlayerName, before: Values, next: Map<string, Float64Array>): void {
    const steps = numbersOf(before, stepsOf(name))[0] as number;
    next.set(stepsOf(name), Float64Array.of(steps + 1));
    const { average, moves } = playerOf(name);
    if (!average) return;
    const beta = Math.min(average.decay ?? 0.999, steps / ((average.warmUp ?? 10) + steps));
    const path = `players/${name}/average`;
    const parameters = moves.flatMap((network) => [...numbersOf(next, parametersOf(network))]);
    next.set(
      path,
      numbersOf(before, path).map((mean, i) => beta * mean + (1 - beta) * (parameters[i] as number)),
    );
  }

  const rateOf = (name: string): number => {
    const { optimizer } = playerOf(name);
    return (optimizer as { readonly lr: number }).lr;
  };

  function steps(name: PlayerName, count: number, due: readonly number[], from: Values, by?: Method): PlayedTurn {
    let played: PlayedTurn = { values: from, measured: new Map() };
    for (let i = 0; i < count; i++) played = stepOf(name, due, played.values, by ?? "derivatives");
    return played;
  }

  /** A turn in which the players move one after the other. */
  function turnInOrder(turn: number, values: Values, by?: Method): PlayedTurn {
    const measured = new Map<string, number>();
    let at = values;
    for (const name of order) {
      const played = steps(name, playerOf(name).stepsPerTurn ?? 1, dueIn(turn), at, by);
      at = played.values;
      for (const [column, value] of played.measured) measured.set(column, value);
    }
    return { values: withTurns(at, turn + 1), measured };
  }

  /** A turn that ends with one step of all players by a rule, which the reference evaluates as a graph. */
  function turnByRule(rule: ResolvedPlay, turn: number, values: Values): PlayedTurn {
    const due = dueIn(turn);
    let at = values;
    for (const name of order) at = steps(name, (playerOf(name).stepsPerTurn ?? 1) - 1, due, at).values;
    const vectorsOf = (name: string, vector: Tensor) => {
      let offset = 0;
      return Object.fromEntries(
        playerOf(name).moves.map((network) => {
          const size = sizeOfNetwork(network);
          offset += size;
          return [network, vector.slice([offset - size], [size])] as const;
        }),
      );
    };
    let last: PlayerLoss | undefined;
    const found = new Map<string, PlayerLoss>();
    const played: PlayedGame = {
      players: order,
      loss: (name, point: PerPlayer) => {
        const moved = Object.entries(point).map(([player, vector]) => vectorsOf(player, vector));
        last = lossOf(name, due, Object.assign({}, ...moved));
        return last.loss;
      },
      // Statistics are those of the point that a player moves from.
      pull: (name, point, isWatched, ahead) => {
        const pull = pullOfLoss(played, name, point, { ahead });
        if (isWatched && last) found.set(name, last);
        return pull;
      },
    };
    const states = Object.fromEntries(
      order.map((name) => [
        name,
        {
          parameters: Tensor.concat(playerOf(name).moves.map(standing)),
          optimizer: sgd(),
          slots: [],
          step: leaf(stepsOf(name), [], "u32").cast("f32").add(1),
          learningRate: Tensor.scalar(rateOf(name)),
        },
      ]),
    );
    const kept = new Map<string, Tensor>();
    const move = rule.step(played, states, carryOf(at, leaf, kept));
    for (const { buffers } of found.values()) for (const [path, value] of buffers) kept.set(path, value);
    const next = new Map(at);
    const [vectors, losses, lasting] = [
      calculate(
        order.map((name) => move.players[name]!.parameters),
        at,
      ),
      calculate(
        order.map((name) => move.losses[name]!),
        at,
      ),
      calculate([...kept.values()], at),
    ];
    order.forEach((name, place) => {
      let offset = 0;
      for (const network of playerOf(name).moves) {
        const size = sizeOfNetwork(network);
        next.set(parametersOf(network), vectors[place]!.slice(offset, offset + size));
        offset += size;
      }
      finish(name, at, next);
    });
    [...kept.keys()].forEach((path, i) => {
      next.set(path, lasting[i] as Float64Array);
    });
    return {
      values: withTurns(next, turn + 1),
      measured: new Map(order.map((name, i) => [`loss/${name}`, losses[i]![0] as number])),
    };
  }

  return { turnInOrder, turnByRule };
}

/** What a rule keeps, read from a snapshot. */
function carryOf(
  values: Values,
  leaf: (path: string, shape: Shape) => Tensor,
  kept: Map<string, Tensor>,
  scope = "play",
): Carry {
  return {
    read: (name, shape = [], first = 0) => {
      const path = `${scope}/${name}`;
      return kept.get(path) ?? (values.has(path) ? leaf(path, shape) : Tensor.full(shape, first));
    },
    keep: (name, next) => {
      kept.set(`${scope}/${name}`, next);
    },
    at: (inner) => carryOf(values, leaf, kept, `${scope}/${inner}`),
  };
}

/** Where the last player takes one step a turn, its count is that of turns. */
const withTurns = (values: Values, turns: number): Values =>
  values.has("turns") ? new Map([...values, ["turns", Float64Array.of(turns)]]) : values;

function treeOf(specs: Parameters<typeof flatten<ParameterSpec>>[0], vector: Tensor): TensorTree {
  const { leaves, rebuild } = flatten<ParameterSpec>(specs, isParameterSpec);
  let offset = 0;
  const parts = leaves.map(({ shape }) => {
    const size = sizeOf(shape);
    offset += size;
    return vector.slice([offset - size], [size]).reshape(shape);
  });
  return rebuild(parts) as TensorTree;
}

function numbersOf(values: Values, path: string): Float64Array {
  const value = values.get(path);
  if (!value) throw new Error(`There is no "${path}" among ${[...values.keys()].join(", ")}.`);
  return value;
}
