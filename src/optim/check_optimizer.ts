import { assertKind, callback, type Kind, list, text } from "../errors/checks.ts";
import type { Optimizer } from "./optimizer.ts";

const names: Kind = {
  says: "an array of names",
  is: (value) => list.is(value) && value.every(text.is),
};

/** @throws OptionError unless it names what it keeps, and can step. */
export function assertSlots({ name, slots, step }: Pick<Optimizer, "name" | "slots" | "step">): void {
  assertKind(name, "slots", slots, names);
  assertKind(name, "step", step, callback);
}
