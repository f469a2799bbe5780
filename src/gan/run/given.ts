import type { Tensors } from "../../data/source.ts";
import { describe, isList, unknownName } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type Shape, sizeOf, type TypedArray } from "../../graph/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { once } from "../game/once.ts";
import { drawRepeatedly, fixedRandom, type GameContext, streams } from "../steps/context.ts";

/** Values in the place of what a game draws, by name: one number for all samples, or those of all samples in a row. */
export type Given = Readonly<Record<string, number | readonly number[] | TypedArray>>;

/**
 * What was given, as tensors [count, ...shape].
 *
 * @throws OptionError for a name that the game does not draw, another number of values than `count` samples have, and classes
 * that there are not.
 */
export function givenTensors(context: GameContext, count: number, given: Given): Tensors {
  const { engine, game } = context;
  const { priors, data } = game;
  const random = fixedRandom(context, streams.samples);
  const batch = once(() => drawRepeatedly(context, random, count));
  /** What would be drawn tells the shape and the type of what stands in its place; nothing of it is computed. */
  const drawnAs = (name: string): Tensor => {
    const prior = Object.hasOwn(priors, name) ? priors[name] : undefined;
    const drawn = prior ? prior.draw(random, count, batch) : Object.hasOwn(data.shapes, name) && batch()[name];
    if (!drawn) throw unknownName("Trainer", "prior", name, { ...data.shapes, ...priors });
    return drawn;
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, values]) => {
      const { shape, dtype, size } = drawnAs(name);
      const list = typeof values === "number" ? new Array<number>(size).fill(values) : values;
      if (!isList(list) || list.length !== size) {
        throw new OptionError(
          `Trainer: "${name}" is ${describe(values)}; ${count} samples need ${size} numbers, or one for all of them.`,
        );
      }
      if (dtype === "u32")
        assertClasses(name, list, Object.hasOwn(priors, name) ? priors[name]?.classes : data.classes);
      return [name, engine.tensor(Array.from(list), shape, dtype === "u8" ? "u32" : dtype)];
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
