/**
 * Every penalty on the GPU: its value and its gradient between linear players against what they are by hand; its gradient
 * between players with tanh, which have second derivatives, against central differences of its value.
 */
import type { Engine } from "../../../src/engine/engine.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { checkGradients } from "../../../src/tensor/transforms.ts";
import { penaltyForms } from "../../../tests/reference/penalties/closed_forms.ts";
import { drawGame, type Evaluate, type LinearGame, type Side } from "../../../tests/reference/penalties/linear_game.ts";
import { minus, normOf, type Vector } from "../../../tests/reference/penalties/matrices.ts";
import { computeTerm, type Term, termOf, terms } from "../../../tests/reference/penalties/penalty_terms.ts";
import { agreeing, type Certificate, digits, relative } from "../certificate.ts";

/** Of the central differences: what they leave out is below 1e-4 at it, and more of the error comes of rounding. */
const step = 3e-3;

const tolerances = { closedForm: 1e-5, differences: 1e-3 };

const players: Readonly<Record<Side, string>> = { term: "D", generatorTerm: "G" };

export async function certifyPenalties(engine: Engine): Promise<readonly Certificate[]> {
  const evaluate: Evaluate = (tensors) => engine.evaluate(tensors.map(({ node }) => node));
  const game = await drawGame(evaluate);
  const certificates: Certificate[] = [];
  for (const term of terms) {
    certificates.push(...(await certifyForm(evaluate, game, term)), await certifyDifferences(engine, game, term));
  }
  return certificates;
}

async function certifyForm(evaluate: Evaluate, game: LinearGame, { name, side }: Term) {
  const { value, gradient } = await computeTerm(evaluate, game, { name, side });
  const known = penaltyForms[name][side]?.(game) ?? { value: Number.NaN, gradient: [] };
  const against = "float64 closed form";
  const title = `${name} of ${players[side]}`;
  const tolerance = tolerances.closedForm;
  return [
    relative({ name: `${title}, value`, against, expected: known.value, found: value, tolerance }),
    relativeNorm({ name: `${title}, |gradient|`, against, expected: known.gradient, found: gradient, tolerance }),
  ];
}

async function certifyDifferences(engine: Engine, game: LinearGame, { name, side }: Term): Promise<Certificate> {
  const tolerance = tolerances.differences;
  const at = engine.tensor([...game.parameters[side]]);
  const f = termOf(game, name, side, (x: Tensor) => x.tanh());
  const { maxRelativeError } = await checkGradients(f, [at], { step, tolerance });
  const title = `${name} of ${players[side]}, gradient with tanh`;
  return agreeing({ name: title, against: "central differences", error: maxRelativeError, tolerance });
}

interface VectorComparison {
  readonly name: string;
  readonly against: string;
  readonly expected: Vector;
  readonly found: Vector;
  readonly tolerance: number;
}

/** Agreement of all numbers at once: the length of their difference, as a share of their own. */
function relativeNorm({ expected, found, ...rest }: VectorComparison): Certificate {
  const error = normOf(minus(found, expected)) / normOf(expected);
  return {
    ...rest,
    expected: digits(normOf(expected)),
    found: digits(normOf(found)),
    error,
    isPassed: error <= rest.tolerance,
  };
}
