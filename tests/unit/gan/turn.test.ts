/** Which steps a turn of a game takes, and which plans that needs: against many turns, counted one by one. */
import { describe, expect, test } from "vitest";
import type { ResolvedGame } from "../../../src/gan/steps/resolve.ts";
import type { ResolvedRun } from "../../../src/gan/steps/run_options.ts";
import { intervalsOf, keyOf, labelOf, neededSteps, stepsOfTurn } from "../../../src/gan/steps/turn.ts";

interface PlayerCase {
  readonly intervals: readonly number[];
  readonly stepsPerTurn: number;
}

/** As much of a game as its turns depend on. */
function gameOf(players: readonly PlayerCase[], isJoint: boolean): ResolvedGame {
  const names = ["first", "second", "third"].slice(0, players.length);
  const resolved = names.map((name, i) => {
    const { intervals, stepsPerTurn } = players[i] as PlayerCase;
    const ofTerms = intervals.map((interval, k) => [`term ${k}`, interval] as const);
    return [name, { intervals: Object.fromEntries(ofTerms), stepsPerTurn }] as const;
  });
  return { order: names, players: Object.fromEntries(resolved), play: { isJoint } } as unknown as ResolvedGame;
}

const runOf = (probeEvery: number) => ({ probeEvery }) as ResolvedRun;

/** Beyond the least common multiple of all the numbers below. */
const turns = 361;
const intervalCases = [[], [1], [2], [3], [2, 3], [4, 6], [8, 5], [1, 9]];
const probeCases = [0, 1, 2, 3, 8];

const cases = intervalCases.flatMap((mine, i) =>
  probeCases.flatMap((probeEvery) =>
    [false, true].flatMap((isJoint) =>
      [1, 2, 3].map((count) => {
        const players = Array.from({ length: count }, (_, k) => ({
          intervals: k === 0 ? mine : (intervalCases[(i + 3 * k) % intervalCases.length] as readonly number[]),
          stepsPerTurn: 1 + ((i + k) % 3),
        }));
        return { players, probeEvery, isJoint };
      }),
    ),
  ),
);

const sorted = (keys: Iterable<string>) => [...new Set(keys)].sort();

test("the steps that are needed are those that occur, each once", () => {
  for (const { players, probeEvery, isJoint } of cases) {
    const [game, run] = [gameOf(players, isJoint), runOf(probeEvery)];
    const occurring = Array.from({ length: turns }, (_, turn) => stepsOfTurn(game, run, turn)).flat();
    const needed = neededSteps(game, run).map(keyOf);
    expect(sorted(needed), JSON.stringify({ players, probeEvery, isJoint })).toEqual(
      sorted(occurring.map(({ spec }) => keyOf(spec))),
    );
    expect(new Set(needed).size).toBe(needed.length);
  }
});

test("every plan has a label of its own", () => {
  for (const { players, probeEvery, isJoint } of cases) {
    const [game, run] = [gameOf(players, isJoint), runOf(probeEvery)];
    const labels = neededSteps(game, run).map((spec) => labelOf(game, run, spec));
    expect(new Set(labels).size, labels.join("\n")).toBe(labels.length);
  }
});

test("in each turn every player takes its steps, with the terms that are due, and its last one is probed", () => {
  for (const { players, probeEvery, isJoint } of cases) {
    const [game, run] = [gameOf(players, isJoint), runOf(probeEvery)];
    for (const turn of [0, 1, 2, 3, 4, 6, 9, 40, 120]) {
      const steps = stepsOfTurn(game, run, turn);
      game.order.forEach((player, place) => {
        const own = steps.filter(({ spec }) => spec.movers.includes(player));
        const { intervals, stepsPerTurn } = players[place] as PlayerCase;
        expect(own.reduce((sum, { times }) => sum + times, 0)).toBe(stepsPerTurn);
        const isProbed = probeEvery > 0 && turn % probeEvery === 0;
        own.forEach(({ spec, times }, i) => {
          const isLast = i === own.length - 1;
          expect(spec.probed).toBe(isProbed && isLast);
          if (isLast) expect(times).toBe(1);
          const due = intervals.filter((interval) => interval > 1 && turn % interval === 0);
          expect(spec.due).toEqual(expect.arrayContaining([...due]));
          const all = intervalsOf(game, spec.movers);
          expect(spec.due).toEqual(all.filter((interval) => turn % interval === 0));
        });
      });
      expect(steps.map(({ spec }) => spec.endsTurn)).toEqual(steps.map((_, i) => i === steps.length - 1));
    }
  }
});

describe("where a rule moves all at once", () => {
  test("the steps that some take alone come first, in the order of turns, and the joint one last", () => {
    const players = [2, 1, 3].map((stepsPerTurn) => ({ intervals: [], stepsPerTurn }));
    const steps = stepsOfTurn(gameOf(players, true), runOf(1), 5);
    expect(steps.map(({ spec, times }) => [spec.movers, times])).toEqual([
      [["first"], 1],
      [["third"], 2],
      [["first", "second", "third"], 1],
    ]);
  });
});

test("probed steps come first, then those with more terms: their columns are declared before others need them", () => {
  const game = gameOf([{ intervals: [2, 3], stepsPerTurn: 2 }], false);
  const specs = neededSteps(game, runOf(2));
  const ranks = specs.map(({ probed, due }) => (probed ? 10 : 0) + due.length);
  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
});
