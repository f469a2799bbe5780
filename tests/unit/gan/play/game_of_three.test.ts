/**
 * A game of three players and five networks: the graphs of a trainer's steps, in float64, against a replay that is put
 * together by hand. By every rule of play, in every turn, in f32 and mixed precision, with recomputation and without.
 */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import { type PlayName, plays } from "../../../../src/gan/play/registry.ts";
import type { RunOptions } from "../../../../src/gan/steps/run_options.ts";
import { recomputing } from "../../../../src/nn/network/recomputing.ts";
import { isOfGame, replayedGame, type Values } from "../../../reference/replayed_game.ts";
import { type ThreePlayers, threePlayers, withPlayers } from "../../../reference/three_players.ts";
import { float64Trainer } from "../float64_trainer.ts";

const settings = { seed: 3, batchSize: 4 } as const;
const playNames = Object.keys(plays) as PlayName[];
const jointNames = playNames.filter((name) => plays[name].isJoint);

const isSmooth = (name: PlayName) => !plays[name].differentiatesGradients;
const smooth = playNames.filter(isSmooth);

const trainerOf = (game: ThreePlayers, options: RunOptions = {}) =>
  float64Trainer({ ...game, ...settings, ...options });

/** Without lazy terms, and with one step of each player in a turn. */
const onceEach = withPlayers((player) => ({ ...player, stepsPerTurn: 1, intervals: {}, optimizer: { type: "adam" } }));

const norm = (values: Float64Array) => Math.hypot(...values);
const distance = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - (b[i] as number)));

function expectAgreement(actual: Values, expected: Values, before: Values, within: number): void {
  for (const [path, values] of expected) {
    if (path.endsWith("/lossScale")) continue;
    const found = actual.get(path) as Float64Array;
    expect(distance(found, values), path).toBeLessThan(within);
    if (path.endsWith("/parameters")) expect(distance(before.get(path) as Float64Array, values)).toBeGreaterThan(1e-3);
  }
  // What a rule keeps from its first step on was not there before.
  const first = [...actual.keys()].filter((path) => !expected.has(path));
  expect(first).toEqual([]);
}

const valuesOfGame = (trainer: { values(): Values }): Values =>
  new Map([...trainer.values()].filter(([path]) => isOfGame({ path })));

/** Plays turns, each compared from where the trainer stands. */
function expectTurns(game: ThreePlayers, options: RunOptions, turns: number): void {
  const trainer = trainerOf(game, options);
  const { turnInOrder, turnByRule } = replayedGame(game, settings);
  const rule = trainer.game.play;
  for (let turn = 0; turn < turns; turn++) {
    const before = valuesOfGame(trainer);
    const row = trainer.turn(turn);
    const isFirst = turn === 0 && !rule.isJoint;
    const { values, measured } = rule.isJoint
      ? turnByRule(rule, turn, before)
      : turnInOrder(turn, before, isFirst ? "differences" : "derivatives");
    expectAgreement(valuesOfGame(trainer), values, before, isFirst ? 1e-7 : 1e-10);
    for (const [column, value] of measured) {
      if (row.has(column)) expect(row.get(column), `${column} in turn ${turn}`).toBeCloseTo(value, 9);
    }
  }
}

describe("agrees with its replay", () => {
  test("in turns, with terms in every second and third", () => {
    expectTurns(threePlayers, {}, 7);
  });

  test.each(playNames)("by the rule %s", (name) => {
    const play = name === "lookahead" ? { type: name, every: 2 } : name;
    // Second derivatives are slow in float64.
    expectTurns({ ...threePlayers, play }, { probes: { every: 0 } }, isSmooth(name) ? 3 : 1);
  });
});

describe("a network that two players move", () => {
  const shared = withPlayers((player, name) =>
    name === "translator" ? { ...player, moves: ["translator", "decoder"], intervals: {} } : player,
  );

  test("is moved by both in turn, its statistics too", () => {
    expectTurns(shared, {}, 3);
  });

  test.each(jointNames)("is refused by the rule %s", (play) => {
    const create = () => trainerOf({ ...shared, play });
    expect(create).toThrow(OptionError);
    expect(create).toThrow(
      `the play ${play} moves all players from one point, but the network "decoder" is moved by both "makers" and ` +
        '"translator"; use "alternating", or give it to one of them.',
    );
  });
});

describe("weights and intervals of a term that isn't there", () => {
  test.each(["weights", "intervals"] as const)("are refused: %s", (option) => {
    const game = withPlayers((player, name) => (name === "judges" ? { ...player, [option]: { slop: 2 } } : player));
    expect(() => trainerOf(game).turn(0)).toThrow(
      `The player "judges", ${option}: there is no term "slop". Did you mean "slope"? These exist: points, codes, slope.`,
    );
  });
});

describe("mixed precision", () => {
  const mixed = { precision: "mixed", probes: { every: 0 } } as const;

  test.each(smooth)("moves as f32 does: the loss scale cancels, by the rule %s", (play) => {
    expectTurns({ ...threePlayers, play }, mixed, 2);
  });

  test.each(smooth)("leaves a step out that overflowed, whatever lasts, by the rule %s", (name) => {
    const play = name === "lookahead" ? ({ type: name, every: 1 } as const) : name;
    const game: ThreePlayers = { ...onceEach, play };
    const trainer = trainerOf(game, mixed);
    trainer.turn(0);
    const before = trainer.values();
    // What the judges pull along stays finite.
    trainer.controls.set("foolWeight", 1e38);
    const scales = [...before.keys()].filter((path) => path.endsWith("/lossScale"));
    expect(scales).toHaveLength(3);
    trainer.scaleLosses(2 ** 20);
    trainer.turn(1);
    const after = trainer.values();
    const isCount = (path: string) => path === "turns" || path.endsWith("/steps");
    const isJoint = trainer.game.play.isJoint;
    for (const [path, values] of before) {
      const isOfJudges = /(critic|judge|judges)\//.test(path);
      const found = after.get(path) as Float64Array;
      if (isCount(path)) expect(found[0], path).toBe(values[0]! + 1);
      else if (scales.includes(path))
        expect([...found], path).toEqual(isJoint || !isOfJudges ? [2 ** 19, 0] : [2 ** 20, 2]);
      // A mean goes on towards where its player stands.
      else if (path.endsWith("/average")) expect(found.every(Number.isFinite), path).toBe(true);
      // In turns the others still go their way.
      else if (isJoint || !isOfJudges) expect([...found], path).toEqual([...values]);
      else expect([...found], path).not.toEqual([...values]);
    }
  });

  test.each(playNames.filter((name) => !isSmooth(name)))("is refused by the rule %s, with the reason", (play) => {
    const create = () => trainerOf({ ...threePlayers, play }, mixed);
    expect(create).toThrow(OptionError);
    expect(create).toThrow(
      `the play ${play} differentiates gradients, which f16 does not survive; use precision "f32".`,
    );
  });
});

describe("recomputation", () => {
  const { networks } = threePlayers;
  const recomputed: ThreePlayers = {
    ...threePlayers,
    networks: {
      encoder: recomputing(networks.encoder),
      decoder: recomputing(networks.decoder),
      translator: recomputing(networks.translator),
      critic: recomputing(networks.critic),
      judge: recomputing(networks.judge),
    },
  };

  test.each(playNames)("has the same numbers by the rule %s", (play) => {
    const [kept, again] = [trainerOf({ ...threePlayers, play }), trainerOf({ ...recomputed, play })];
    const [row, same] = [kept.turn(0), again.turn(0)];
    expect([...same.keys()]).toEqual([...row.keys()]);
    for (const [path, values] of kept.values()) {
      expect(distance(again.values().get(path) as Float64Array, values), path).toBeLessThan(1e-12 * (1 + norm(values)));
    }
    for (const [column, value] of row) expect(same.get(column), column).toBeCloseTo(value, 9);
  });
});
