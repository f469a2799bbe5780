import { assertKind, callback, count, type Kind, object, text, unknownName } from "../errors/checks.ts";
import { ShapeError } from "../errors/errors.ts";
import { formatShape } from "../graph/shape.ts";
import { type Tensor, tensorKind } from "../tensor/tensor.ts";

/** The columns of a probe by name, and how many elements each has: `{ rms: 1, exponents: 32 }`. */
export type Columns = Readonly<Record<string, number>>;

/** A tensor for each column, of as many elements as the column has. */
export type Measured<Of extends Columns> = { readonly [Name in keyof Of]: Tensor };

/** What a rule must know of a probe to read what it measured. */
export interface ProbeColumns<Of extends Columns = Columns> {
  /** What its columns begin with in the telemetry. */
  readonly name: string;
  readonly columns: Of;
}

/** Something to measure in a step, on the GPU, as part of the plan of that step. */
export interface Probe<Inputs extends readonly unknown[], Of extends Columns = Columns> extends ProbeColumns<Of> {
  /** The columns' values; undefined where there is nothing to measure. */
  measure(...inputs: Inputs): Measured<Of> | undefined;
}

/** Values of the columns and of nothing else: a column that the probe doesn't state does not compile. */
export type Exactly<Values, Of extends Columns> = Values & {
  readonly [Extra in Exclude<keyof Values, keyof Of>]: never;
};

/**
 * A probe of values that a step computes, such as the logits of both sides; called as a function, it measures.
 *
 *   const margin = defineProbe({
 *     name: "margin",
 *     columns: { mean: 1 },
 *     measure: (real: Tensor, fake: Tensor) => ({ mean: real.sub(fake).mean() }),
 *   });
 */
export function defineProbe<Inputs extends readonly unknown[], const Of extends Columns, Values extends Measured<Of>>(
  probe: ProbeColumns<Of> & { measure(...inputs: Inputs): Exactly<Values, Of> },
) {
  assertProbe("defineProbe", probe);
  return callable((...inputs: Inputs): Measured<Of> => probe.measure(...inputs), probe);
}

/** A function that is a probe, too. */
export function callable<Call extends (...inputs: never) => unknown, Of extends ProbeColumns>(call: Call, probe: Of) {
  const { name, ...rest } = probe;
  // A function has a name of its own, which can't be assigned.
  return Object.assign(Object.defineProperty(call, "name", { value: name }), rest);
}

const plainName: Kind = {
  says: 'a text without "/", such as "signs"',
  is: (value) => text.is(value) && /^[^/]+$/.test(String(value)),
};

/** @throws OptionError for anything but a name, columns of whole sizes, and a function that measures. */
export function assertProbe(where: string, probe: unknown): void {
  const { name, columns, measure }: Partial<Record<"name" | "columns" | "measure", unknown>> = Object(probe);
  assertKind(where, "the name of the probe", name, plainName);
  const of = `${where}: the probe "${name}"`;
  assertKind(of, "columns", columns, sizes);
  assertKind(of, "measure", measure, callback);
}

const sizes: Kind = {
  says: "an object with the number of elements of each column, such as { mean: 1 }",
  is: (value) =>
    object.is(value) && Object.keys(Object(value)).length > 0 && Object.values(Object(value)).every(count.is),
};

/**
 * @throws OptionError for a column that is missing, or that the probe does not state, and ShapeError for another number
 *   of elements than it states.
 */
export function assertMeasured({ name, columns }: ProbeColumns, values: Readonly<Record<string, Tensor>>): void {
  const where = `The probe "${name}"`;
  for (const column of Object.keys(values))
    if (!Object.hasOwn(columns, column)) throw unknownName(where, "column", column, columns);
  for (const [column, size] of Object.entries(columns)) {
    const value: unknown = values[column];
    assertKind(where, column, value, tensorKind);
    if (value.size === size) continue;
    throw new ShapeError(
      `${where}: the column "${column}" is of size ${size} and was measured as ${formatShape(value.shape)}; reduce it, with ` +
        "mean() for example, or state its size.",
    );
  }
}
