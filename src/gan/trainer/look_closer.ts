/** Where a step was not finite, what samples can't tell: at which site that began. */
import { DeviceLostError } from "../../errors/errors.ts";
import { gradientNorm } from "../../probes/gradient_norm.ts";
import type { TelemetryColumn, TelemetryRow } from "../../probes/telemetry.ts";
import { updateRatios } from "../../probes/update_ratio.ts";
import { CloserLook } from "../steps/closer_look.ts";
import type { TrainerState } from "./state.ts";

/** Columns of all rows: those of a closer look are undefined in rows that nobody had one at. */
export const columnsOf = ({ ring, closer }: TrainerState): readonly TelemetryColumn[] => [
  ...ring.columns,
  ...(closer?.columns ?? []),
];

/**
 * The rows, with all counts of what is not finite in the first one whose loss or gradient is not. One step is enough: as long as
 * that is found, nobody looks again.
 */
export async function lookCloser(state: TrainerState, rows: readonly TelemetryRow[]): Promise<readonly TelemetryRow[]> {
  const { run } = state.context;
  if (run.probeEvery === 0) return rows;
  if (state.examiner.findings().some(({ ailment }) => ailment === "non-finite-values")) return rows;
  const isBroken = brokenBy(state.ring.columns);
  const first = rows.find(({ values }) => isBroken(values));
  // Where that step was probed with every element, nothing is left to see.
  if (!first || (run.probesExactly && isProbed(first, state.ring.columns))) return rows;
  const looked = await seenAgain(state, first).catch((error: unknown) => {
    // The training is brought back by itself; what was found before it stays as coarse as it is.
    if (error instanceof DeviceLostError) return first;
    throw error;
  });
  return rows.map((row) => (row === first ? looked : row));
}

async function seenAgain(state: TrainerState, row: TelemetryRow): Promise<TelemetryRow> {
  const { context, ring } = state;
  state.closer ??= { look: new CloserLook(context), columns: [] };
  const { closer } = state;
  const found = await closer.look.at(row.step);
  const known = new Map(ring.columns.map((column) => [column.name, column]));
  let width = ring.width;
  closer.columns = [...found].flatMap(([name, { length: size }]) => {
    if (known.has(name)) return [];
    const offset = width;
    width += size;
    return [{ name, offset, size, isRare: true }];
  });
  const values = new Float32Array(width);
  values.set(row.values);
  // Columns that the step had, but did not measure.
  for (const [name, { offset }] of known) {
    const seen = found.get(name);
    if (seen && Number.isNaN(values[offset])) values.set(seen, offset);
  }
  for (const { name, offset } of closer.columns) values.set(found.get(name) ?? [], offset);
  return { step: row.step, values };
}

/** Whether a row has the counts of what is not finite: zero or more, where they were taken. */
const isProbed = ({ values }: TelemetryRow, columns: readonly TelemetryColumn[]): boolean =>
  columns.some(({ name, offset }) => /onFinite\//.test(name) && !Number.isNaN(values[offset]));

/** Whether a row has a loss, or the norm of a gradient, that is not finite. What was not measured is NaN, too. */
function brokenBy(columns: readonly TelemetryColumn[]): (values: Float32Array) => boolean {
  const ofProbe = (name: string) => columns.filter((column) => column.name.startsWith(`${name}/`));
  const [losses, norms] = [ofProbe("loss"), ofProbe(gradientNorm.name)];
  const [measured] = ofProbe(updateRatios.name);
  return (values) => {
    const isBad = ({ offset }: TelemetryColumn) => !Number.isFinite(values[offset]);
    return losses.some(isBad) || (measured !== undefined && !isBad(measured) && norms.some(isBad));
  };
}
