/** The rules of play on a small game that is no one's loss alone, in float64: gradients of gradients against finite differences. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import { hamiltonianGradient, rotation } from "../../../../src/gan/play/field.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, pointOf } from "../../../../src/gan/play/game.ts";
import { pullOfLoss } from "../../../../src/gan/play/pull.ts";
import { type PlayConfig, type PlayName, plays, resolvePlay } from "../../../../src/gan/play/registry.ts";
import { inTurn } from "../../../../src/gan/play/turns.ts";
import { unroll } from "../../../../src/gan/play/unroll.ts";
import type { Optimizer } from "../../../../src/optim/optimizer.ts";
import { createOptimizer } from "../../../../src/optim/registry.ts";
import { Tensor } from "../../../../src/tensor/tensor.ts";
import { along, carryOfNumbers, dot, jacobianOf, placeOf, rate, times, transpose } from "./played_games.ts";

const sizes = { generator: 3, discriminator: 2 };

/** Three numbers against two: neither zero-sum nor cooperative, and curved in every direction. */
const meeting = (at: PerPlayer): Tensor => {
  const weights = Tensor.arange(6).cast("f32").mul(0.7).sin().reshape([3, 2]);
  return ofPlayer(at, "generator")
    .reshape([1, 3])
    .matmul(weights)
    .matmul(ofPlayer(at, "discriminator").reshape([2, 1]))
    .sum();
};
const losses = {
  generator: (at: PerPlayer) => {
    const [generator, discriminator] = [ofPlayer(at, "generator"), ofPlayer(at, "discriminator")];
    return meeting(at).softplus().add(generator.square().sum().mul(0.3)).add(discriminator.sum().mul(generator.sum()));
  },
  discriminator: (at: PerPlayer) => {
    const discriminator = ofPlayer(at, "discriminator");
    return meeting(at).tanh().mul(-0.7).add(discriminator.mul(discriminator.square()).sum().mul(0.2));
  },
};
const game: PlayedGame = {
  players: ["discriminator", "generator"],
  loss: (player, at) => (player === "generator" ? losses.generator(at) : losses.discriminator(at)),
};

const place = placeOf("rules of play", sizes);
const { here, start, asFunction, playersAt } = place;
const xi = place.fieldOf(game);
const play = (config: PlayConfig | PlayName, count = 1, optimizer?: Optimizer) =>
  place.play(game, config, count, optimizer);

const uphillAt = (point: readonly number[]) => times(transpose(jacobianOf(xi, point)), xi(point));
const rotationAt = (point: readonly number[]) => {
  const [plain, turned] = [times(jacobianOf(xi, point), xi(point)), uphillAt(point)];
  return plain.map((value, i) => (turned[i]! - value) / 2);
};

function expectClose(found: readonly number[], expected: readonly number[], digits = 7): void {
  expect(found).toEqual(expected.map((value) => expect.closeTo(value, digits)));
}

describe("fields", () => {
  test("the gradients are each player's own", () => {
    const lossesAt = asFunction({ generator: losses.generator(here), discriminator: losses.discriminator(here) });
    const h = 1e-5;
    const numerical = start.map((value, k) => {
      const own = k < sizes.generator ? 0 : 1;
      return (lossesAt(start.with(k, value + h))[own]! - lossesAt(start.with(k, value - h))[own]!) / (2 * h);
    });
    expectClose(xi(start), numerical);
  });

  test("the gradient of half the squared length is J^T xi", () => {
    expectClose(asFunction(hamiltonianGradient(game, here))(start), uphillAt(start));
  });

  test("the rotation is A^T xi, with the antisymmetric part of the Jacobian", () => {
    const found = asFunction(rotation(game, here))(start);
    expectClose(found, rotationAt(start));
    expect(Math.hypot(...found)).toBeGreaterThan(0.1);
  });

  test("sites are tapped in the pass that a player moves along, and in no other", () => {
    const named: string[] = [];
    const watched: PlayedGame = {
      players: game.players,
      loss: (player, at) => game.loss(player, { ...at, [player]: ofPlayer(at, player).site(player.charAt(0)) }),
      pull: (player, at, isWatched, ahead) =>
        pullOfLoss(watched, player, at, {
          ahead,
          ...(isWatched && { tap: (site) => named.push(`${player} ${site.name}`) }),
        }),
    };
    for (const name of ["extragradient", "consensus", "symplectic"] as const) {
      named.length = 0;
      resolvePlay(name).step(watched, playersAt(), carryOfNumbers());
      expect(named, name).toEqual(["discriminator d", "generator g"]);
    }
  });
});

describe("rules", () => {
  const simultaneous = along(start, xi(start), -rate);

  test("simultaneous: both move along the gradients at one point", () => {
    expectClose(play("simultaneous"), simultaneous, 12);
  });

  test("alternating: the generator meets the discriminator that has moved", () => {
    const met = [...start.slice(0, 3), ...simultaneous.slice(3)];
    expectClose(play("alternating"), [...along(start, xi(met), -rate).slice(0, 3), ...simultaneous.slice(3)], 12);
  });

  test("turns may be repeated", () => {
    const { players, gradients } = inTurn(game, playersAt(), ["discriminator", "discriminator", "generator"]);
    let at = start;
    for (let i = 0; i < 2; i++) at = [...start.slice(0, 3), ...along(at, xi(at), -rate).slice(3)];
    expectClose(asFunction(pointOf(players))(start), [...along(start, xi(at), -rate).slice(0, 3), ...at.slice(3)], 12);
    expectClose(asFunction(gradients)(start).slice(0, 3), xi(at).slice(0, 3), 12);
  });

  test("extragradient: the gradients are those a step ahead", () => {
    expectClose(play("extragradient"), along(start, xi(simultaneous), -rate), 12);
  });

  test("extragradient keeps nothing of the step ahead: a momentum has seen one gradient a step", () => {
    const momentum = createOptimizer({ type: "sgd", momentum: 0.5 }).optimizer;
    const step = (at: readonly number[], v: readonly number[]) => {
      const ahead = along(at, along(xi(at), v, 0.5), -rate);
      const kept = along(xi(ahead), v, 0.5);
      return [along(at, kept, -rate), kept] as const;
    };
    const [second, kept] = step(start, [0, 0, 0, 0, 0]);
    expectClose(play("extragradient", 2, momentum), step(second, kept)[0], 10);
  });

  test("consensus: with the gradient of half the squared length", () => {
    const pull = along(xi(start), uphillAt(start), 0.5);
    expectClose(play({ type: "consensus", weight: 0.5 }), along(start, pull, -rate));
  });

  test("symplectic: with a share of the rotation", () => {
    const pull = along(xi(start), rotationAt(start), 0.5);
    expectClose(play({ type: "symplectic", weight: 0.5, aligned: 0 }), along(start, pull, -rate));
  });

  test("symplectic, aligned: the share's sign follows the game", () => {
    const product = dot(xi(start), uphillAt(start)) * dot(rotationAt(start), uphillAt(start));
    const sign = Math.sign(product / 5 + 0.1);
    const pull = along(xi(start), rotationAt(start), 0.5 * sign);
    expectClose(play({ type: "symplectic", weight: 0.5 }), along(start, pull, -rate));
  });

  test("lookahead: every two steps half the way back", () => {
    const turn = (at: readonly number[]) => {
      const moved = [...at.slice(0, 3), ...along(at, xi(at), -rate).slice(3)];
      return [...along(at, xi(moved), -rate).slice(0, 3), ...moved.slice(3)];
    };
    const halfway = (from: readonly number[], to: readonly number[]) => from.map((value, i) => (value + to[i]!) / 2);
    const first = halfway(start, turn(turn(start)));
    const rule = { type: "lookahead", every: 2, rate: 0.5 } as const;
    expectClose(play(rule, 1), turn(start), 10);
    expectClose(play(rule, 2), first, 10);
    expectClose(play(rule, 3), turn(first), 10);
    expectClose(play(rule, 4), halfway(first, turn(turn(first))), 10);
  });

  test("unrolled: the generator's gradient goes through the discriminator's steps", () => {
    const ahead = unroll(
      (discriminator) => losses.discriminator({ ...here, discriminator }),
      ofPlayer(playersAt(), "discriminator"),
      2,
    );
    const loss = losses.generator({ ...here, discriminator: ahead.parameters });
    const lossAt = asFunction({ generator: loss, discriminator: loss });
    const h = 1e-5;
    const slope = [0, 1, 2].map(
      (k) => (lossAt(start.with(k, start[k]! + h))[0]! - lossAt(start.with(k, start[k]! - h))[0]!) / (2 * h),
    );
    const expected = [...along(start.slice(0, 3), slope, -rate), ...simultaneous.slice(3)];
    expectClose(play({ type: "unrolled", steps: 2 }), expected);
    expectClose(play({ type: "unrolled", steps: 0 }), simultaneous, 12);
  });
});

describe("choices are refused in a sentence:", () => {
  const refusals: readonly (readonly [unknown, string])[] = [
    ["fictitious", `Trainer: there is no rule of play "fictitious". These exist: ${Object.keys(plays).join(", ")}.`],
    [{ type: "valueOf" }, 'Trainer: there is no rule of play "valueOf"'],
    [{ type: "consensus", weight: -1 }, "consensus: weight is -1; it must be a number from 0 to 1000."],
    [{ type: "lookahead", every: 2.5 }, "lookahead: every is 2.5; it must be a whole number from 1 to 100000."],
    [{ type: "extragradient", weight: 1 }, 'extragradient: there is no option "weight". These exist: none.'],
  ];
  test.each(refusals)("%o", (config, message) => {
    expect(() => resolvePlay(config as PlayConfig)).toThrow(OptionError);
    expect(() => resolvePlay(config as PlayConfig)).toThrow(message);
  });

  test("unrolled steps that are no count", () => {
    expect(() => unroll((x) => x.sum(), ofPlayer(playersAt(), "discriminator"), 1.5)).toThrow(OptionError);
  });
});
