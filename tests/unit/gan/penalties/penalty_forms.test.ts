/** Penalties derived by hand against the float64 reference of their graphs. */
import { describe, expect, test } from "vitest";
import { penaltyForms } from "../../../reference/penalties/closed_forms.ts";
import { drawGame, type Evaluate } from "../../../reference/penalties/linear_game.ts";
import { computeTerm, terms } from "../../../reference/penalties/penalty_terms.ts";
import { evaluate } from "../../../reference/reference.ts";

const inFloat64: Evaluate = async (tensors) =>
  evaluate(tensors.map(({ node }) => node)).map((values) => Array.from(values));

describe.each(terms)("$name ($side) of linear players", ({ name, side }) => {
  test("is what it is by hand", async () => {
    const game = await drawGame(inFloat64);
    const { value, gradient } = await computeTerm(inFloat64, game, { name, side });
    const known = penaltyForms[name][side]?.(game);
    expect(value).toBeCloseTo(known?.value as number, 6);
    expect(gradient.length).toBe(known?.gradient.length);
    gradient.forEach((slope, i) => {
      expect(slope).toBeCloseTo(known?.gradient[i] as number, 6);
    });
  });
});
