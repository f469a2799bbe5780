import { hashOf } from "../../cache/byte_cache.ts";
import type { GameContext } from "../steps/context.ts";
import type { ResolvedGame, ResolvedPlayer } from "../steps/resolve.ts";
import { drawText, networkText, termsText } from "./game_texts.ts";

/** What a run is, part by part, in texts that are equal for equal parts. What moves no bit of a run is not there. */
export type Fingerprint = Readonly<Record<string, string>>;

/** Parts by name, each anything that JSON can hold. */
export type Parts = Readonly<Record<string, unknown>>;

/**
 * Of a game whose steps are built: what side inputs a network is given shows there. Rates and weights are left out: they are
 * controls, whose values a snapshot holds.
 *
 * @param parts what the players do, where a configuration says it in words. A table's players are told by what they compute.
 */
export async function fingerprintOf(context: GameContext, parts?: Parts): Promise<Fingerprint> {
  const { game, run } = context;
  const { name, shapes, count, classes } = game.data;
  const modes = "modes" in game.data ? game.data.modes : undefined;
  const all: Parts = {
    ...(parts ?? partsOf(game)),
    play: [game.play.name, game.play.options],
    schedules: run.schedules,
    batchSize: run.batchSize,
    seed: run.seed,
    precision: run.precision,
    data: { name, shapes, count, classes, modes, digest: await game.data.digest?.() },
  };
  const hashes = Object.entries(textsOf(context, parts !== undefined)).map(
    async ([part, text]) => [part, await hashOf([text])] as const,
  );
  return {
    ...Object.fromEntries(await Promise.all(hashes)),
    ...Object.fromEntries(Object.entries(all).map(([part, value]) => [part, textOfPart(value)])),
  };
}

/** What is computed. Networks of a configuration have its names for them. */
function textsOf(context: GameContext, isConfiguration: boolean): Readonly<Record<string, string>> {
  const { game, run, networks } = context;
  const ofNetworks = Object.values(networks).map(
    (held) => [isConfiguration ? held.name : `networks/${held.name}`, networkText(held, run.batchSize)] as const,
  );
  if (isConfiguration) return Object.fromEntries(ofNetworks);
  const draws = Object.entries(game.priors).map(
    ([name, prior]) => [`priors/${name}`, drawText(context, prior)] as const,
  );
  const terms = game.order.map((player) => [`players/${player}/terms`, termsText(context, player)] as const);
  return Object.fromEntries([...ofNetworks, ...draws, ...terms]);
}

/** What a table says of each of its players. */
const partsOf = ({ players }: ResolvedGame): Parts =>
  Object.fromEntries(Object.entries(players).map(([name, player]) => [`players/${name}`, partOf(player)]));

const partOf = ({ optimizer, weights, average, moves, intervals, stepsPerTurn }: ResolvedPlayer) => ({
  moves,
  stepsPerTurn,
  intervals,
  weights: Object.keys(weights),
  average,
  optimizer: { ...optimizer.config, type: optimizer.name },
});

const isControl = (key: string): boolean => key === "lr" || key === "weight";
const textOfPart = (part: unknown): string =>
  JSON.stringify(part, (key, value) => (isControl(key) ? undefined : value)) ?? "none";
