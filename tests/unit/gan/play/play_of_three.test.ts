/**
 * The rules of play in games of three. Where all losses are quadratic, xi = J x with a matrix that is written down here, and
 * each rule is a product of matrices; where they are not, J comes of finite differences.
 */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import { gradientsAt, hamiltonianGradient, rotation } from "../../../../src/gan/play/field.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, perPlayer, pointOf } from "../../../../src/gan/play/game.ts";
import { pullOfLoss } from "../../../../src/gan/play/pull.ts";
import { plays, resolvePlay } from "../../../../src/gan/play/registry.ts";
import { createOptimizer } from "../../../../src/optim/registry.ts";
import { Tensor } from "../../../../src/tensor/tensor.ts";
import { along, carryOfNumbers, dot, jacobianOf, placeOf, rate, times, transpose } from "./played_games.ts";

const sizes = { a: 2, b: 1, c: 2 };
const players = ["a", "b", "c"] as const;
type Name = (typeof players)[number];
/** Where each player's numbers begin and end. */
const spans = { a: [0, 2], b: [2, 3], c: [3, 5] } as const;

type Matrix = readonly (readonly number[])[];

/** L_i = 1/2 x^T H_i x over all numbers: symmetric, exact in f32. What a loss says of the others alone is not 0 either. */
const hessians: Readonly<Record<Name, Matrix>> = {
  a: [
    [1, 0.25, 0.5, -0.75, 0.5],
    [0.25, 0.5, -1, 0.25, 1],
    [0.5, -1, 0.75, 0.5, -0.25],
    [-0.75, 0.25, 0.5, 1, 0],
    [0.5, 1, -0.25, 0, 0.5],
  ],
  b: [
    [0.5, 0, -1, 0.25, 0.75],
    [0, 0.25, 0.5, -0.5, 1],
    [-1, 0.5, 1.5, 1, -0.5],
    [0.25, -0.5, 1, -0.25, 0],
    [0.75, 1, -0.5, 0, 1],
  ],
  c: [
    [0.25, 0.5, 1, 0.5, -0.25],
    [0.5, 1, 0, -1, 0.75],
    [1, 0, 0.5, -0.5, 0.25],
    [0.5, -1, -0.5, 0.75, 0.5],
    [-0.25, 0.75, 0.25, 0.5, 1.25],
  ],
};

const matrixOf = (rows: Matrix): Tensor =>
  Tensor.stack(rows.map((row) => Tensor.stack(row.map((value) => Tensor.scalar(value)))));
const whole = (at: PerPlayer): Tensor => Tensor.concat(players.map((player) => ofPlayer(at, player)));

/** The game of three quadratic forms. */
const quadratic = (forms: Readonly<Record<Name, Matrix>>): PlayedGame => ({
  players,
  loss: (player, at) => {
    const x = whole(at).reshape([5, 1]);
    return x
      .mul(matrixOf(forms[player as Name]).matmul(x))
      .sum()
      .mul(0.5);
  },
});

/** Player i's rows of J are those of its own H_i. */
const jacobianOfForms = (forms: Readonly<Record<Name, Matrix>>): Matrix =>
  players.flatMap((player) => forms[player].slice(...spans[player]));

/** Without the blocks of a player's own numbers: bilinear, for every pair of players. */
const bilinearForms = (() => {
  const without = (player: Name) =>
    hessians[player].map((row, i) =>
      row.map((value, j) =>
        players.some((p) => i >= spans[p][0] && i < spans[p][1] && j >= spans[p][0] && j < spans[p][1]) ? 0 : value,
      ),
    );
  return { a: without("a"), b: without("b"), c: without("c") };
})();

const place = placeOf("games of three", sizes);
const { start, here, asFunction, playersAt } = place;

function expectClose(found: readonly number[], expected: readonly number[], digits = 12): void {
  expect(found).toEqual(expected.map((value) => expect.closeTo(value, digits)));
}

const ownOf = (x: readonly number[], player: Name) => x.slice(...spans[player]);
const placed = (x: readonly number[], player: Name, own: readonly number[]) => [
  ...x.slice(0, spans[player][0]),
  ...own,
  ...x.slice(spans[player][1]),
];

describe.each([
  ["quadratic", hessians],
  ["bilinear", bilinearForms],
] as const)("a %s game of three", (_, forms) => {
  const game = quadratic(forms);
  const jacobian = jacobianOfForms(forms);
  const xi = (x: readonly number[]) => times(jacobian, x);
  const uphill = (x: readonly number[]) => times(transpose(jacobian), xi(x));
  const turn = (x: readonly number[]) => along(uphill(x), times(jacobian, xi(x)), -1).map((value) => value / 2);
  const inTurn = (x: readonly number[]) =>
    players.reduce<readonly number[]>(
      (at, player) => placed(at, player, along(ownOf(at, player), ownOf(xi(at), player), -rate)),
      x,
    );

  test("the gradients are each player's own", () => {
    expectClose(asFunction(gradientsAt(game, here))(start), xi(start));
  });

  test("the fields of second order", () => {
    expectClose(asFunction(hamiltonianGradient(game, here))(start), uphill(start));
    expectClose(asFunction(rotation(game, here))(start), turn(start));
    expect(Math.hypot(...turn(start))).toBeGreaterThan(0.1);
  });

  test("simultaneous", () => {
    expectClose(place.play(game, "simultaneous"), along(start, xi(start), -rate));
  });

  test("alternating: each meets those who have moved", () => {
    expectClose(place.play(game, "alternating"), inTurn(start));
    expectClose(place.play(game, "alternating", 2), inTurn(inTurn(start)));
  });

  test("extragradient, with a momentum that sees one gradient a step", () => {
    const ahead = along(start, xi(start), -rate);
    expectClose(place.play(game, "extragradient"), along(start, xi(ahead), -rate));
    const momentum = createOptimizer({ type: "sgd", momentum: 0.5 }).optimizer;
    const step = (at: readonly number[], v: readonly number[]) => {
      const kept = along(xi(along(at, along(xi(at), v, 0.5), -rate)), v, 0.5);
      return [along(at, kept, -rate), kept] as const;
    };
    const [second, kept] = step(start, [0, 0, 0, 0, 0]);
    expectClose(place.play(game, "extragradient", 2, momentum), step(second, kept)[0]);
  });

  test("consensus", () => {
    const pull = along(xi(start), uphill(start), 0.5);
    expectClose(place.play(game, { type: "consensus", weight: 0.5 }), along(start, pull, -rate));
  });

  test("symplectic, with a fixed sign and an aligned one", () => {
    const fixed = along(xi(start), turn(start), 0.5);
    expectClose(place.play(game, { type: "symplectic", weight: 0.5, aligned: 0 }), along(start, fixed, -rate));
    const product = dot(xi(start), uphill(start)) * dot(turn(start), uphill(start));
    const aligned = along(xi(start), turn(start), 0.5 * Math.sign(product / 5 + 0.1));
    expectClose(place.play(game, { type: "symplectic", weight: 0.5 }), along(start, aligned, -rate));
  });

  test("lookahead: every two steps half the way back", () => {
    const halfway = (from: readonly number[], to: readonly number[]) => along(from, along(to, from, -1), 0.5);
    const first = halfway(start, inTurn(inTurn(start)));
    const rule = { type: "lookahead", every: 2, rate: 0.5 } as const;
    expectClose(place.play(game, rule, 1), inTurn(start));
    expectClose(place.play(game, rule, 2), first);
    expectClose(place.play(game, rule, 3), inTurn(first));
    expectClose(place.play(game, rule, 4), halfway(first, inTurn(inTurn(first))));
  });

  test.each([0, 1, 3])("unrolled: the last player foresees %i steps of both others", (steps) => {
    // The others' numbers after their steps, and what each of them owes to each of c's.
    let ahead: readonly number[] = start;
    let owed: Matrix = start.map((_, i) => [3, 4].map((k) => Number(i === k)));
    for (let i = 0; i < steps; i++) {
      const slope = transpose(transpose(owed).map((column) => times(jacobian, column)));
      const next = along(ahead, xi(ahead), -rate);
      owed = owed.map((row, k) => (k < 3 ? along(row, slope[k]!, -rate) : row));
      ahead = [...next.slice(0, 3), ...ahead.slice(3)];
    }
    const pull = times(transpose(owed), times(forms.c, ahead));
    const expected = [...along(start, xi(start), -rate).slice(0, 3), ...along(start.slice(3), pull, -rate)];
    expectClose(place.play(game, { type: "unrolled", steps }), expected);
  });
});

describe("a game of three that is curved in every direction", () => {
  const game: PlayedGame = {
    players,
    loss: (player, at) => {
      const weights = matrixOf(hessians[player as Name]);
      const x = whole(at).reshape([5, 1]);
      return weights
        .matmul(x.tanh())
        .mul(x)
        .add(players.indexOf(player as Name))
        .softplus()
        .sum();
    },
  };
  const xi = place.fieldOf(game);
  const jacobian = jacobianOf(xi, start);

  test("the fields of second order", () => {
    const uphill = times(transpose(jacobian), xi(start));
    expectClose(asFunction(hamiltonianGradient(game, here))(start), uphill, 7);
    const turn = along(uphill, times(jacobian, xi(start)), -1).map((value) => value / 2);
    expectClose(asFunction(rotation(game, here))(start), turn, 7);
  });

  test("unrolled: what finite differences find of a float64 unrolling", () => {
    const steps = 3;
    const lossOfC = asFunction(perPlayer(players, () => game.loss("c", here)));
    const foreseen = (own: readonly number[]) => {
      let at = [...start.slice(0, 3), ...own];
      for (let i = 0; i < steps; i++) at = [...along(at, xi(at), -rate).slice(0, 3), ...own];
      return lossOfC(at)[0]!;
    };
    const h = 1e-5;
    const own = start.slice(3);
    const pull = own.map((value, k) => (foreseen(own.with(k, value + h)) - foreseen(own.with(k, value - h))) / (2 * h));
    const expected = [...along(start, xi(start), -rate).slice(0, 3), ...along(own, pull, -rate)];
    expectClose(place.play(game, { type: "unrolled", steps }), expected, 7);
  });
});

describe("who moves whom", () => {
  /** b and c move nobody's loss but each their own; a follows b. */
  const loose: PlayedGame = {
    players,
    loss: (player, at) => {
      const own = ofPlayer(at, player);
      if (player === "a") return own.mul(ofPlayer(at, "b")).sum();
      return player === "b" ? own.square().sum() : own.sum();
    },
  };

  test("players who move none of the gradients get no share of the second order", () => {
    const [, , b] = start as [number, number, number];
    // xi = (b, b, 2 b, 1, 1): half its squared length is 3 b^2 + 1.
    expectClose(asFunction(hamiltonianGradient(loose, here))(start), [0, 0, 6 * b, 0, 0]);
    // J has a 1 in both of a's rows for b, and 2 for b itself: A^T xi = (J^T xi - J xi) / 2.
    expectClose(asFunction(rotation(loose, here))(start), [-b, -b, b, 0, 0]);
  });

  test.each(Object.keys(plays) as (keyof typeof plays)[])("%s plays with it", (name) => {
    expect(place.play(loose, name, 2).every(Number.isFinite)).toBe(true);
  });

  test.each(Object.keys(plays) as (keyof typeof plays)[])("%s is each player's own descent for one alone", (name) => {
    const alone = placeOf("one alone", { a: 3 });
    const game: PlayedGame = { players: ["a"], loss: (_, at) => ofPlayer(at, "a").square().sum().mul(0.5) };
    const slope = { consensus: 1.1, extragradient: 1 - rate }[name as string] ?? 1;
    expectClose(alone.play(game, name), along(alone.start, alone.start, -rate * slope), 6);
  });
});

describe("a step of some of the players", () => {
  const game = quadratic(hessians);
  const moving = (names: readonly string[], states = playersAt()) => perPlayer(names, (name) => ofPlayer(states, name));

  test("one by one is what alternating does at once", () => {
    const rule = resolvePlay("alternating");
    let states = playersAt();
    for (const player of players) {
      const standing = pointOf(states);
      // The caller's game fills in those who stand still.
      const filled: PlayedGame = {
        players,
        loss: (name, at) => {
          expect(Object.keys(at)).toEqual([player]);
          return game.loss(name, { ...standing, ...at });
        },
      };
      const move = rule.step(filled, moving([player], states), carryOfNumbers());
      for (const part of [move.players, move.gradients, move.losses]) expect(Object.keys(part)).toEqual([player]);
      states = { ...states, ...move.players };
    }
    expectClose(asFunction(pointOf(states))(start), place.play(game, "alternating"), 15);
  });

  test.each(Object.keys(plays) as (keyof typeof plays)[])("%s moves those that it is given alone", (name) => {
    const filled: PlayedGame = { players, loss: (player, at) => game.loss(player, { ...here, ...at }) };
    // In the order of turns, not in that of their states.
    const { players: moved, gradients } = resolvePlay(name).step(filled, moving(["c", "a"]), carryOfNumbers());
    expect(new Set(Object.keys(moved))).toEqual(new Set(["a", "c"]));
    expect(Object.keys(gradients)).toEqual(["a", "c"]);
  });

  test("a player that the game lacks is refused", () => {
    const strange = { ...playersAt(), dealer: ofPlayer(playersAt(), "a") };
    for (const name of Object.keys(plays) as (keyof typeof plays)[]) {
      const step = () => resolvePlay(name).step(game, strange, carryOfNumbers());
      expect(step, name).toThrow(OptionError);
      expect(step, name).toThrow('Game: there is no player "dealer". These exist: a, b, c.');
    }
  });
});

test("each player is watched once a step, in the pass that it moves along", () => {
  const game = quadratic(hessians);
  for (const name of Object.keys(plays) as (keyof typeof plays)[]) {
    const seen: string[] = [];
    const watched: PlayedGame = {
      ...game,
      pull: (player, at, isWatched, ahead) => {
        if (isWatched) seen.push(`${player}${ahead ? " ahead" : ""}`);
        return pullOfLoss(game, player, at, { ahead });
      },
    };
    resolvePlay(name).step(watched, playersAt(), carryOfNumbers());
    expect(seen, name).toEqual(name === "unrolled" ? ["a", "b", "c ahead"] : ["a", "b", "c"]);
  }
});

test("which rules differentiate gradients", () => {
  const named = (Object.keys(plays) as (keyof typeof plays)[]).filter(
    (name) => resolvePlay(name).differentiatesGradients,
  );
  expect(named).toEqual(["consensus", "symplectic", "unrolled"]);
});
