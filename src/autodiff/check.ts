import { at } from "../errors/at.ts";

/** One entry of a gradient where the analytic and the numerical value differ by more than was allowed. */
export interface GradientMismatch {
  readonly argument: number;
  readonly index: number;
  readonly analytic: number;
  readonly numerical: number;
}

export interface GradientCheck {
  /** Largest difference over all entries, relative to the larger of the two values and of the gradient's scale. */
  readonly maxRelativeError: number;
  readonly mismatches: readonly GradientMismatch[];
}

export interface GradientCheckOptions {
  /** Step of the central difference, relative to max(1, |x|). 1e-5 suits float64, 1e-2 an f32 function. */
  readonly step?: number;
  /** Allowed relative error. */
  readonly tolerance?: number;
}

/**
 * Compares gradients with central differences, (f(x + h) - f(x - h)) / 2h, entry by entry.
 *
 * @param f evaluates the scalar function at the given arguments.
 * @param gradient the analytic gradient at the same arguments, one array an argument.
 */
export async function compareGradients(
  f: (args: readonly Float64Array[]) => Promise<number> | number,
  gradient: readonly ArrayLike<number>[],
  args: readonly Float64Array[],
  options: GradientCheckOptions = {},
): Promise<GradientCheck> {
  const { step = 1e-5, tolerance = 1e-4 } = options;
  const mismatches: GradientMismatch[] = [];
  let maxRelativeError = 0;
  for (const [argument, values] of args.entries()) {
    const analytics = at(gradient, argument);
    const scale = Array.from(analytics).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
    for (let index = 0; index < values.length; index++) {
      const numerical = await centralDifference(f, args, argument, index, step);
      const analytic = at(analytics, index);
      const error = Math.abs(analytic - numerical) / Math.max(Math.abs(analytic), Math.abs(numerical), scale);
      // Written so that NaN counts as a mismatch.
      if (!(error <= tolerance)) mismatches.push({ argument, index, analytic, numerical });
      maxRelativeError = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(maxRelativeError, error);
    }
  }
  return { maxRelativeError, mismatches };
}

async function centralDifference(
  f: (args: readonly Float64Array[]) => Promise<number> | number,
  args: readonly Float64Array[],
  argument: number,
  index: number,
  step: number,
): Promise<number> {
  const x = at(at(args, argument), index);
  const h = step * Math.max(1, Math.abs(x));
  const along = (value: number) =>
    f(args.map((values, k) => (k === argument ? values.map((v, i) => (i === index ? value : v)) : values)));
  return ((await along(x + h)) - (await along(x - h))) / (2 * h);
}
