import { sourceKind, type TensorSource } from "../../data/source.ts";
import {
  assertKeys,
  assertKind,
  callback,
  count,
  describe,
  finite,
  type Kind,
  type Kinds,
  list,
  needed,
  object,
  text,
  unknownName,
} from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { networkKind } from "../../nn/checks.ts";
import { adamEntry } from "../../optim/adam.ts";
import { optimizerKind, type ResolvedOptimizer } from "../../optim/optimizer_kind.ts";
import type { Game, Networks, Player, Priors } from "../game/game.ts";
import type { AverageConfig } from "../game/parameter_average.ts";
import { alternating } from "../play/alternating.ts";
import { playKind, type ResolvedPlay } from "../play/play.ts";
import { checkedAverage } from "./averages.ts";
import type { Choosers } from "./choosers.ts";

export interface ResolvedPlayer {
  readonly moves: readonly string[];
  readonly terms: Player["terms"];
  readonly weights: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, number>>;
  readonly optimizer: ResolvedOptimizer;
  readonly stepsPerTurn: number;
  readonly average: Required<AverageConfig> | undefined;
}

/** A game with every choice made and checked. */
export interface ResolvedGame {
  readonly networks: Networks;
  readonly data: TensorSource;
  readonly priors: Priors;
  readonly players: Readonly<Record<string, ResolvedPlayer>>;
  /** Names of the players, in the order of their turns. */
  readonly order: readonly string[];
  readonly play: ResolvedPlay;
  /** First values of all numbers that can be moved. */
  readonly controls: Readonly<Record<string, number>>;
  readonly sample: Game["sample"];
  readonly judge: Game["judge"];
  readonly output: Game["output"];
  readonly boundary: Game["boundary"];
}

export const gameKinds: Kinds<Game> = {
  networks: needed(object),
  data: sourceKind,
  priors: object,
  players: needed(object),
  play: true,
  controls: object,
  sample: needed(callback),
  judge: callback,
  output: text,
  boundary: finite,
};

const playerKinds: Kinds<Player> = {
  moves: needed(list),
  terms: needed(callback),
  weights: object,
  intervals: object,
  optimizer: true,
  stepsPerTurn: count,
  average: object,
};

const priorKind: Kind = {
  says: "a prior, such as gan.normalPrior([64])",
  is: (value) => object.is(value) && typeof Object(value).draw === "function" && Array.isArray(Object(value).shape),
};

const intervalKind: Kind = {
  says: "a whole number from 1 to 64",
  is: (value) => count.is(value) && Number(value) <= 64,
};

/** @throws OptionError in a sentence for whatever is missing, out of range, or does not fit together. */
export function resolveGame(where: string, table: Game, choosers: Choosers): ResolvedGame {
  const { networks, data, priors = {}, sample, judge, output, boundary } = table;
  assertAll(`${where}, networks`, networks, networkKind, "a network by name");
  assertAll(`${where}, priors`, priors, priorKind);
  const order = Object.keys(table.players);
  if (order.length === 0) throw new OptionError(`${where}: the game has no players; give at least one by name.`);
  const players = Object.fromEntries(
    order.map((name) => [name, resolvePlayer(`${where}, player "${name}"`, table.players[name], networks, choosers)]),
  );
  const play = table.play === undefined ? inTurns : choosers.play(where, table.play);
  if (play.isJoint) assertOneMover(where, play.name, players);
  return {
    networks,
    data,
    priors,
    players,
    order,
    play,
    controls: controlsOf(where, table, players),
    sample,
    judge,
    output,
    boundary,
  };
}

function resolvePlayer(where: string, given: unknown, networks: Networks, choosers: Choosers): ResolvedPlayer {
  assertKeys<Player>(where, given, playerKinds);
  const { moves, terms, weights = {}, intervals = {}, stepsPerTurn = 1 } = given;
  if (moves.length === 0) throw new OptionError(`${where}: it moves no network; name at least one in \`moves\`.`);
  for (const [i, network] of moves.entries()) {
    if (!Object.hasOwn(networks, network)) throw unknownName(where, "network", network, networks);
    if (moves.indexOf(network) !== i) throw new OptionError(`${where}: it moves "${network}" twice; name it once.`);
  }
  assertAll(`${where}, weights`, weights, finite);
  assertAll(`${where}, intervals`, intervals, intervalKind);
  return {
    moves: [...moves],
    terms,
    weights: { ...weights },
    intervals: { ...intervals },
    stepsPerTurn,
    optimizer: given.optimizer === undefined ? usualAdam() : choosers.optimizer(where, given.optimizer),
    average: checkedAverage(where, "average", given.average),
  };
}

/** The usual rule of play. */
export const inTurns: ResolvedPlay = playKind.resolve({ name: alternating.name, entry: alternating, given: {} });

/** Adam as GANs use it. */
export const usualAdam = (): ResolvedOptimizer =>
  optimizerKind.resolve({ name: adamEntry.name, entry: adamEntry, given: { lr: 1e-3, betas: [0.5, 0.999] } });

/** Rates and weights, which must have one first value each, and the game's own. */
function controlsOf(
  where: string,
  { controls = {} }: Game,
  players: Readonly<Record<string, ResolvedPlayer>>,
): Readonly<Record<string, number>> {
  assertAll(`${where}, controls`, controls, finite);
  const found = new Map<string, number>();
  const add = (name: string, value: number) => {
    const known = found.get(name);
    if (known !== undefined && known !== value) {
      throw new OptionError(
        `${where}: the control "${name}" begins at ${known} and at ${value}; give one of the two another name.`,
      );
    }
    found.set(name, value);
  };
  const named = Object.entries(players);
  for (const [name, { optimizer }] of [...named].reverse()) add(`${name}LearningRate`, optimizer.lr);
  for (const [, { weights }] of named)
    for (const [term, weight] of Object.entries(weights)) add(`${term}Weight`, weight);
  for (const [name, value] of Object.entries(controls)) add(name, value);
  return Object.fromEntries(found);
}

/** A rule that moves all at once gives each network one place to go to. */
function assertOneMover(where: string, play: string, players: Readonly<Record<string, ResolvedPlayer>>): void {
  const movers = new Map<string, string>();
  for (const [name, { moves }] of Object.entries(players)) {
    for (const network of moves) {
      const other = movers.get(network);
      if (other !== undefined) {
        throw new OptionError(
          `${where}: the play ${play} moves all players from one point, but the network "${network}" is moved by both ` +
            `"${other}" and "${name}"; use "alternating", or give it to one of them.`,
        );
      }
      movers.set(network, name);
    }
  }
}

function assertAll(where: string, values: object, kind: Kind, needsOne?: string): void {
  const entries = Object.entries(values);
  if (needsOne && entries.length === 0) throw new OptionError(`${where}: there are none; give ${needsOne}.`);
  for (const [name, value] of entries) {
    if (/[/]/.test(name) || name === "")
      throw new OptionError(`${where}: ${describe(name)} can't be a name; leave out "/".`);
    assertKind(where, name, value, kind);
  }
}
