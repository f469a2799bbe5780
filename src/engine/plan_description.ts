import type { Progress } from "../compile/plan/plan.ts";
import type { Sink } from "../compile/sinks.ts";
import { State } from "../compile/state.ts";
import {
  abortSignal,
  assertKeys,
  assertKind,
  callback,
  flag,
  instanceOf,
  isList,
  type Kind,
  type Kinds,
  list,
  needed,
  object,
  text,
  whole,
} from "../errors/checks.ts";
import { assertTensors, type Tensor, tensorKind } from "../tensor/tensor.ts";

/** A value that a plan writes to one row of a table; see `Sink`. */
export interface TableRecord {
  readonly table: State;
  readonly row: State;
  readonly column: number;
  readonly value: Tensor;
}

/** What a plan computes, and where it goes. */
export interface PlanDescription {
  readonly label?: string;
  /** Values that the host can read after a run, by name. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
  /** New values of states for the next run. */
  readonly updates?: readonly (readonly [state: State, value: Tensor])[];
  /** Rows of a table; see `Sink`. */
  readonly records?: readonly TableRecord[];
  readonly progress?: Progress;
  /** Ends the compilation: `engine.plan` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** True makes its pipelines when nobody waits for others: for a plan that is needed later. Default false. */
  readonly background?: boolean;
  /**
   * Keeps values between kernels as f16, and computes in f32; needs the feature shader-f16. Outputs, states and records stay
   * as they are, and so does everything that is computed from a tensor of `except`.
   */
  readonly halfPrecision?: { readonly except?: readonly Tensor[] };
  /** False gives every operation a kernel of its own. */
  readonly fuse?: boolean;
}

const planKinds: Kinds<PlanDescription> = {
  label: text,
  outputs: object,
  updates: list,
  records: list,
  progress: callback,
  signal: abortSignal,
  background: flag,
  halfPrecision: object,
  fuse: flag,
};
const updateKind: Kind = {
  says: "[state, tensor]",
  is: (value) => isList(value) && value[0] instanceof State && tensorKind.is(value[1]),
};
const recordKinds: Kinds<TableRecord> = {
  table: needed(instanceOf("a state", State)),
  row: needed(instanceOf("a state", State)),
  column: needed(whole),
  value: needed(tensorKind),
};

/** Where the values of a description go: outputs first, then rows of tables, then states. @throws OptionError for what is none. */
export function sinksOf(description: PlanDescription): readonly Sink[] {
  assertKeys<PlanDescription>("engine.plan", description, planKinds);
  const { label = "plan", outputs = {}, updates = [], records = [] } = description;
  assertTensors(label, outputs);
  for (const update of updates) assertKind(label, "an update", update, updateKind);
  for (const record of records) assertKeys<TableRecord>(label, record, recordKinds);
  return [
    ...Object.values(outputs).map(({ node }): Sink => ({ kind: "output", node })),
    ...records.map(({ table, row, column, value }): Sink => ({ kind: "record", node: value.node, table, row, column })),
    ...updates.map(([state, { node }]): Sink => ({ kind: "update", node, state })),
  ];
}
