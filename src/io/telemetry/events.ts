import { finite, type Kind } from "../../errors/checks.ts";
import type { HistoryColumn, TelemetryHistory } from "../../probes/history/history.ts";
import { type EventHistogram, histogramEvent, scalarEvent } from "../tensorboard/events.ts";
import { elementNames } from "./csv.ts";
import { rowsOf, type Source, sourceOf, type Telemetry, type TelemetryFileOptions } from "./source.ts";

export interface TelemetryEventOptions extends TelemetryFileOptions {
  /** When a step was done, in seconds since 1970, or a function that says it of each. Default: as the events are made. */
  readonly seconds?: number | ((step: number) => number);
}

type Events = Generator<Uint8Array<ArrayBuffer>, void, undefined>;

/**
 * Telemetry as records of an event file of TensorBoard, which go behind `eventFileHeader`: scalars by the columns' names (`name/0`,
 * `name/1`... where one has several elements), and exponents of gradients as histograms of binary logarithms.
 *
 * Of tables, a step has what it measured. Of a history, a bucket stands at its last step with its mean, or what was measured last if
 * nothing of it is finite; where it holds several measurements, `name/minimum` and `name/maximum` stand beside it, and where some are
 * not finite, their number as `name/nonFinite`.
 *
 * @throws OptionError for what is no telemetry
 */
export function telemetryEvents(telemetry: Telemetry, options: TelemetryEventOptions = {}): Events {
  const source = sourceOf("telemetryEvents", telemetry, options, { seconds: secondsKind });
  const { seconds = () => Date.now() / 1000 } = options;
  const timeOf = (step: number) => ({ step, seconds: typeof seconds === "number" ? seconds : seconds(step) });
  return source.history ? bucketEvents(source.history, source, timeOf) : stepEvents(source, timeOf);
}

const secondsKind: Kind = {
  says: "a number of seconds or a function of the step",
  is: (value) => finite.is(value) || typeof value === "function",
};

type TimeOf = (step: number) => { readonly step: number; readonly seconds: number };

function* stepEvents(source: Source, timeOf: TimeOf): Events {
  for (const { row, columns } of rowsOf(source)) {
    const time = timeOf(row.step);
    const valuesOf = ({ offset, size }: (typeof columns)[number]) => row.values.subarray(offset, offset + size);
    const scalars = columns.filter((column) => !isExponents(column));
    const byTag = scalars.flatMap((column) => {
      const values = valuesOf(column);
      return elementNames(column).map((tag, i): [string, number] => [tag, values[i] ?? Number.NaN]);
    });
    if (byTag.length > 0) yield scalarEvent(time, Object.fromEntries(byTag));
    for (const column of columns.filter(isExponents)) {
      yield histogramEvent(time, column.name, histogramOfExponents(Array.from(valuesOf(column))));
    }
  }
}

function* bucketEvents(history: TelemetryHistory, { isWanted }: Source, timeOf: TimeOf): Events {
  for (const column of history.columns.filter(isWanted)) {
    const elements = Array.from({ length: column.size }, (_, element) => history.series(column.name, element));
    if (isExponents(column)) {
      for (const [i, { to }] of (elements[0] ?? []).entries()) {
        const counts = elements.map((buckets) => buckets[i]?.mean ?? Number.NaN);
        yield histogramEvent(timeOf(to), column.name, histogramOfExponents(counts));
      }
      continue;
    }
    for (const [element, tag] of elementNames(column).entries()) {
      for (const { to, count, nonFinite, mean, minimum, maximum, last } of elements[element] ?? []) {
        yield scalarEvent(timeOf(to), {
          [tag]: nonFinite < count ? mean : last,
          ...(count > 1 && { [`${tag}/minimum`]: minimum, [`${tag}/maximum`]: maximum }),
          ...(nonFinite > 0 && { [`${tag}/nonFinite`]: nonFinite }),
        });
      }
    }
  }
}

/** Those of `gradientFlow`: how many gradients have their exponent in each bin. */
const isExponents = ({ name, size }: HistoryColumn): boolean => size > 1 && name.endsWith("/exponents");

/** Binary exponents of a bin, and where the first begins. */
const [exponentsPerBin, firstExponent] = [8, -127];

/** Of binary logarithms. Sums are those of the bins' middles. */
function histogramOfExponents(counts: readonly number[]): EventHistogram {
  const known = counts.map((count) => (Number.isFinite(count) ? count : 0));
  const edge = (bin: number) => firstExponent + exponentsPerBin * bin;
  const sumOf = (power: number) => known.reduce((sum, count, bin) => sum + count * edge(bin + 0.5) ** power, 0);
  const [least, most] = [known.findIndex((count) => count > 0), known.findLastIndex((count) => count > 0)];
  return {
    limits: known.map((_, bin) => edge(bin + 1)),
    counts: known,
    min: least < 0 ? 0 : edge(least),
    max: most < 0 ? 0 : edge(most + 1),
    sum: sumOf(1),
    sumOfSquares: sumOf(2),
  };
}
