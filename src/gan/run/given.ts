import type { Tensors } from "../../data/source.ts";
import type { Engine } from "../../engine.ts";
import { describe, isList, unknownName } from "../../gpu/checks.ts";
import { OptionError } from "../../gpu/errors.ts";
import type { TypedArray } from "../../graph/shape.ts";
import { type Shape, sizeOf } from "../../graph/shape.ts";
import type { ResolvedGame } from "../game/resolve.ts";

/** Values in the place of what a game draws, by name: one number for all samples, or those of all samples in a row. */
export type Given = Readonly<Record<string, number | readonly number[] | TypedArray>>;

/** Whole numbers: labels and other classes, which have no axis of their own. */
const isClass = (shape: Shape): boolean => shape.length === 0;

/**
 * What was given, as tensors [count, ...shape].
 *
 * @throws OptionError for a name that the game does not draw, another number of values than `count` samples have, and classes
 * that there are not.
 */
export function givenTensors(engine: Engine, game: ResolvedGame, count: number, given: Given): Tensors {
  const { priors, data } = game;
  const shapes: Readonly<Record<string, Shape>> = {
    ...data.shapes,
    ...Object.fromEntries(Object.entries(priors).map(([name, { shape }]) => [name, shape])),
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => {
      const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
      if (!shape) throw unknownName("Trainer", "prior", name, shapes);
      const size = count * sizeOf(shape);
      const list = typeof values === "number" ? new Array<number>(size).fill(values) : values;
      if (!isList(list) || list.length !== size) {
        throw new OptionError(
          `Trainer: "${name}" is ${describe(values)}; ${count} samples need ${size} numbers, or one for all of them.`,
        );
      }
      const dtype = isClass(shape) ? "u32" : "f32";
      if (isClass(shape)) {
        const prior = Object.hasOwn(priors, name) ? priors[name] : undefined;
        assertClasses(name, list, prior ? prior.classes : data.classes);
      }
      return [name, engine.tensor(Array.from(list), [count, ...shape], dtype)];
    }),
  );
}

/** A label beyond the last would be taken for the last by one layer, and for none by another. */
function assertClasses(name: string, labels: ArrayLike<number>, classes = 2 ** 32): void {
  const wrong = Array.from(labels).find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong === undefined) return;
  throw new OptionError(`Trainer: "${name}" holds ${wrong}; give whole numbers from 0 to ${classes - 1}.`);
}

/** How many rows of a shape the numbers are. @throws OptionError unless they are a whole count of them. */
export function rowsOf(method: string, values: unknown, row: string, shape: Shape): number {
  const size = sizeOf(shape);
  const given = isList(values) ? values.length : 0;
  if (given > 0 && given % size === 0) return given / size;
  const what = isList(values) ? `${given} numbers` : describe(values);
  throw new OptionError(
    `Trainer: ${method}() got ${what}, but ${row} has ${size}${isList(values) ? "" : " numbers"}; give a whole count of them.`,
  );
}
