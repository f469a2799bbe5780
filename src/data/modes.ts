import { array, assertKeys, assertKind, list, positive } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { assertPoint } from "./options.ts";
import type { ModeSet } from "./source.ts";

/**
 * A copy of modes, with weights whose sum is 1.
 *
 * @throws OptionError for no or ragged centres, two equal ones, a deviation that is not above 0, or bad weights.
 */
export function checkedModes(where: string, modes: ModeSet): ModeSet {
  assertKeys<ModeSet>(`${where}, modes`, modes, { centers: true, standardDeviation: true, weights: true });
  const { centers, standardDeviation, weights } = modes;
  assertKind(where, "centers", centers, list);
  assertCenters(where, centers);
  assertKind(where, "standardDeviation", standardDeviation, positive);
  return {
    centers: centers.map((center) => Array.from(center)),
    standardDeviation,
    ...(weights !== undefined && { weights: normaliseWeights(where, weights, centers.length) }),
  };
}

function assertCenters(name: string, centers: readonly (readonly number[])[]): void {
  const dimensions = centers[0]?.length;
  if (!dimensions) throw new OptionError(`${name}: there are no centers; give at least one point.`);
  const indexOf = new Map<string, number>();
  centers.forEach((center, i) => {
    assertPoint(name, `center ${i}`, center, dimensions);
    const twin = indexOf.get(center.join());
    if (twin !== undefined) {
      throw new OptionError(
        `${name}: centers ${twin} and ${i} are both [${center.join(", ")}], which is one mode counted twice; take one ` +
          "out, or give the mode a larger weight.",
      );
    }
    indexOf.set(center.join(), i);
  });
}

function normaliseWeights(name: string, weights: readonly number[], modes: number): number[] {
  assertKind(name, "weights", weights, array);
  if (weights.length !== modes) {
    throw new OptionError(`${name}: ${weights.length} weights for ${modes} centers; give one for each.`);
  }
  const given = Array.from(weights);
  given.forEach((weight, i) => {
    assertKind(name, `weight ${i}`, weight, positive);
  });
  const total = given.reduce((sum, weight) => sum + weight, 0);
  return given.map((weight) => weight / total);
}
