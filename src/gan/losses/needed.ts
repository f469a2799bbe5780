import { OptionError } from "../../errors/errors.ts";

/** An argument that most losses do without, and this one does not. */
export function needed<Value>(loss: string, what: string, value: Value | undefined): Value {
  if (value === undefined)
    throw new OptionError(`The loss "${loss}" was called without ${what}; give it that as well.`);
  return value;
}
