import { describe } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";

/** Checks of options; `where` is the function that the user called. Each throws an OptionError. */

export function assertWhole(where: string, option: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new OptionError(`${where}: ${option} is ${describe(value)}; give a whole number of at least ${least}.`);
  }
}

export function assertPoint(where: string, option: string, point: readonly number[], dimensions: number): void {
  const isList = Array.isArray(point) || ArrayBuffer.isView(point);
  if (!isList || point.length !== dimensions || !point.every(Number.isFinite)) {
    throw new OptionError(
      `${where}: ${option} is ${isList ? `[${point.join(", ")}]` : describe(point)}; give ${dimensions} finite ` +
        `number${dimensions === 1 ? "" : "s"}.`,
    );
  }
}
