/** What is kept of telemetry, however long a run is. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import { type SavedHistory, TelemetryHistory } from "../../../../src/probes/history/history.ts";
import type { TelemetryColumn, TelemetryTable } from "../../../../src/probes/telemetry.ts";
import { draws } from "../made_telemetry.ts";

const loss: TelemetryColumn = { name: "loss/generator", offset: 0, size: 1 };
const rms: TelemetryColumn = { name: "gradient/generator/0/linear/rms", offset: 1, size: 1, isSparse: true };
const bins: TelemetryColumn = { name: "gradient/generator/0/linear/exponents", offset: 2, size: 2, isSparse: true };
const rare: TelemetryColumn = { name: "nonFinite/data/real/value", offset: 4, size: 1, isRare: true };
const none = Number.NaN;

const table = (
  columns: readonly TelemetryColumn[],
  rows: readonly (readonly [step: number, ...values: number[]])[],
) => ({
  columns,
  rows: rows.map(([step, ...values]) => ({ step, values: Float32Array.from(values) })),
});

/** Losses of the steps from `from` to `to - 1`. */
const losses = (from: number, to: number, value: (step: number) => number): TelemetryTable =>
  table(
    [loss],
    Array.from({ length: to - from }, (_, i) => [from + i, value(from + i)]),
  );

const historyOf = (buckets: number, ...tables: readonly TelemetryTable[]): TelemetryHistory => {
  const history = new TelemetryHistory({ buckets });
  for (const each of tables) history.add(each);
  return history;
};

/** What the buckets between two steps must come to. */
function expected(values: readonly number[], from: number, to: number) {
  const part = values.slice(from, to + 1);
  const finite = part.filter(Number.isFinite);
  return {
    ...{ from, to, count: part.length, nonFinite: part.length - finite.length },
    mean: finite.length > 0 ? finite.reduce((sum, value) => sum + value, 0) / finite.length : none,
    minimum: finite.length > 0 ? Math.min(...finite) : none,
    maximum: finite.length > 0 ? Math.max(...finite) : none,
    last: part.at(-1),
  };
}

describe("a history", () => {
  test("has every measurement of a run that is no longer than it has buckets", () => {
    const random = draws(1);
    const values = Array.from({ length: 100 }, () => Math.fround(random() - 0.5));
    const history = historyOf(
      100,
      losses(0, 40, (step) => values[step] ?? none),
      losses(40, 100, (step) => values[step] ?? none),
    );
    expect(history.series(loss.name)).toEqual(
      values.map((value, step) => ({
        ...{ from: step, to: step, count: 1, nonFinite: 0 },
        ...{ mean: value, minimum: value, maximum: value, last: value },
      })),
    );
  });

  test.each([
    [101, 100],
    [1000, 7],
    [5000, 64],
    [4097, 2],
  ])("of %i steps in %i buckets has each step once, with its extremes", (steps, most) => {
    const random = draws(steps);
    const spike = Math.floor(steps / 3);
    const values = Array.from({ length: steps }, (_, step) => Math.fround(step === spike ? 1e6 : random() - 0.5));
    const buckets = historyOf(
      most,
      losses(0, steps, (step) => values[step] ?? none),
    ).series(loss.name);
    expect(buckets.length).toBeLessThanOrEqual(most);
    expect(buckets.length).toBeGreaterThanOrEqual(Math.floor(most / 2));
    expect(buckets[0]?.from).toBe(0);
    expect(buckets.at(-1)?.to).toBe(steps - 1);
    let next = 0;
    for (const { mean, ...bucket } of buckets) {
      expect(bucket.from).toBe(next);
      const { mean: exact, ...rest } = expected(values, bucket.from, bucket.to);
      expect(bucket).toEqual(rest);
      expect(mean).toBeCloseTo(exact, 6);
      next = bucket.to + 1;
    }
    expect(Math.max(...buckets.map(({ maximum }) => maximum))).toBe(1e6);
  });

  test("is bounded over a million rows", () => {
    const most = 500;
    const history = new TelemetryHistory({ buckets: most });
    const columns = [loss, { ...rms, isSparse: false }];
    const bytesOf = ({ columns: kept }: SavedHistory) =>
      kept.flatMap((column) => Object.values(column)).reduce((sum, value) => sum + (value?.byteLength ?? 0), 0);
    const [row, all] = [Float32Array.of(0, 0), 1_000_000];
    const sizes: number[] = [];
    for (let step = 0; step < all; step += 10_000) {
      const rows = Array.from({ length: 10_000 }, (_, i) => {
        const values = row.slice();
        values.set([step + i, -(step + i)]);
        return { step: step + i, values };
      });
      history.add({ columns, rows });
      sizes.push(bytesOf(history.save()));
    }
    // Steps and counts, and five statistics, as typed arrays.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * most * (20 + 24));
    const buckets = history.series(loss.name);
    expect(buckets.length).toBeLessThanOrEqual(most);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(all);
    for (const { from, to, count, mean, minimum, maximum, last } of buckets) {
      expect([count, minimum, maximum, last]).toEqual([to - from + 1, from, to, to]);
      expect(mean).toBeCloseTo((from + to) / 2, 6);
    }
  });

  test("counts what is infinite or NaN, and mixes it into no statistic", () => {
    const values = [1, none, 3, Number.POSITIVE_INFINITY, none, Number.NEGATIVE_INFINITY, none, none];
    const told = losses(0, 8, (step) => values[step] ?? 0);
    expect(historyOf(8, told).series(loss.name)[3]).toEqual({
      ...{ from: 3, to: 3, count: 1, nonFinite: 1, mean: none, minimum: none, maximum: none },
      last: Number.POSITIVE_INFINITY,
    });
    expect(historyOf(4, told).series(loss.name)).toEqual([
      { from: 0, to: 1, count: 2, nonFinite: 1, mean: 1, minimum: 1, maximum: 1, last: none },
      { from: 2, to: 3, count: 2, nonFinite: 1, mean: 3, minimum: 3, maximum: 3, last: Number.POSITIVE_INFINITY },
      ...[4, 6].map((from) => expected(values, from, from + 1)),
    ]);
    expect(historyOf(2, told).series(loss.name)).toEqual([
      { from: 0, to: 3, count: 4, nonFinite: 2, mean: 2, minimum: 1, maximum: 3, last: Number.POSITIVE_INFINITY },
      { from: 4, to: 7, count: 4, nonFinite: 4, mean: none, minimum: none, maximum: none, last: none },
    ]);
  });

  test("leaves out what a step did not measure, and keeps a NaN that it did", () => {
    const history = historyOf(
      10,
      table(
        [loss, rms, bins],
        [
          [0, 0.5, none, none, none],
          [1, none, 2, 3, 4],
          // A gradient that is NaN: its exponents are counted all the same.
          [2, 0.5, none, 5, 6],
        ],
      ),
    );
    expect(history.series(loss.name).map(({ last, nonFinite }) => [last, nonFinite])).toEqual([
      [0.5, 0],
      [none, 1],
      [0.5, 0],
    ]);
    expect(history.series(rms.name).map(({ to, last, nonFinite }) => [to, last, nonFinite])).toEqual([
      [1, 2, 0],
      [2, none, 1],
    ]);
    expect(history.series(bins.name, 1).map(({ from, mean }) => [from, mean])).toEqual([
      [1, 4],
      [2, 6],
    ]);
  });

  test("takes columns that come later, and lie elsewhere", () => {
    const history = historyOf(
      10,
      losses(0, 2, (step) => step),
      table(
        [loss, rms, bins, rare],
        [
          [2, 2, 7, 8, 9, 1],
          // A row that nobody looked at again is shorter.
          [3, 3, 7, 8, 9],
        ],
      ),
      table(
        [
          { ...rms, offset: 0, isSparse: false },
          { ...loss, offset: 1 },
        ],
        [[4, 70, 4]],
      ),
    );
    expect(history.columns).toEqual([loss, rms, bins, rare].map(({ name, size }) => ({ name, size })));
    expect(history.series(loss.name).map(({ last }) => last)).toEqual([0, 1, 2, 3, 4]);
    expect(history.series(rms.name).map(({ from, last }) => [from, last])).toEqual([
      [2, 7],
      [3, 7],
      [4, 70],
    ]);
    expect(history.series(rare.name).map(({ from }) => from)).toEqual([2]);
    expect(history.series("nowhere")).toEqual([]);
  });

  test("replaces what was there from a step on that comes again", () => {
    const again = (from: number, to: number) => losses(from, to, (step) => 100 + step);
    const exact = historyOf(
      10,
      losses(0, 6, (step) => step),
      again(3, 5),
    );
    expect(exact.series(loss.name).map(({ from, last }) => [from, last])).toEqual([
      ...[0, 1, 2].map((step) => [step, step]),
      ...[3, 4].map((step) => [step, 100 + step]),
    ]);
    // Of a bucket of steps 4 to 7 nobody knows what steps 4 and 5 were.
    const coarse = historyOf(
      4,
      losses(0, 16, (step) => step),
      again(6, 9),
    );
    expect(coarse.series(loss.name).map(({ from, to, minimum, maximum }) => [from, to, minimum, maximum])).toEqual([
      [0, 3, 0, 3],
      [6, 8, 106, 108],
    ]);
    const anew = historyOf(
      4,
      losses(0, 16, (step) => step),
      again(0, 4),
    );
    expect(anew.series(loss.name).map(({ count, last }) => [count, last])).toEqual(
      [0, 1, 2, 3].map((i) => [1, 100 + i]),
    );
  });

  test("is the same, whether rows come one by one or all at once", () => {
    const random = draws(7);
    const all = losses(0, 777, () => random());
    const [atOnce, oneByOne] = [historyOf(50, all), new TelemetryHistory({ buckets: 50 })];
    for (const row of all.rows) oneByOne.add({ ...all, rows: [row] });
    expect(oneByOne.save()).toEqual(atOnce.save());
  });

  test("goes on from what was saved, in fewer buckets too", () => {
    const value = (step: number) => Math.fround(Math.sin(step));
    const whole = historyOf(32, losses(0, 900, value));
    const before = historyOf(32, losses(0, 500, value));
    const again = new TelemetryHistory({ buckets: 32 });
    again.restore(structuredClone(before.save()));
    before.add(losses(500, 600, () => 0));
    again.add(losses(500, 900, value));
    expect(again.save()).toEqual(whole.save());
    const fewer = new TelemetryHistory({ buckets: 8 });
    fewer.restore(whole.save());
    fewer.add(losses(900, 901, () => 0));
    expect(fewer.series(loss.name).length).toBeLessThanOrEqual(8);
    expect(fewer.series(loss.name).reduce((sum, { count }) => sum + count, 0)).toBe(901);
    for (const wrong of [
      undefined,
      {},
      { next: 1, columns: [{ ...whole.save().columns[0], mean: new Float64Array(1) }] },
    ]) {
      expect(() => fewer.restore(wrong as never)).toThrow(OptionError);
    }
  });

  test("keeps only the columns that it was asked to keep", () => {
    const history = new TelemetryHistory({ columns: { probe: "loss" } });
    history.add(table([loss, rms, bins], [[0, 1, 2, 3, 4]]));
    expect(history.columns.map(({ name }) => name)).toEqual([loss.name]);
  });

  test("tells subscribers of new rows, with their columns alone", () => {
    const history = new TelemetryHistory({ columns: { probe: "loss" } });
    const told: [steps: number[], columns: string[]][] = [];
    const end = history.on({ probe: "gradient", site: /^generator/, measure: "rms" }, ({ columns, rows }) =>
      told.push([rows.map(({ step }) => step), columns.map(({ name }) => name)]),
    );
    const columns = [loss, rms, bins];
    const unmeasured = [none, none, none] as const;
    history.add(table(columns, [[0, 1, ...unmeasured]]));
    history.add(
      table(columns, [
        [1, 1, 2, 3, 4],
        [2, 1, ...unmeasured],
        [3, 1, none, 3, 4],
      ]),
    );
    end();
    history.add(table(columns, [[4, 1, 2, 3, 4]]));
    expect(told).toEqual([[[1, 3], [rms.name]]]);
  });

  test("refuses what it can't keep, with a sentence", () => {
    const history = historyOf(4, table([bins], [[0, 0, 0, 1, 2]]));
    expect(() => new TelemetryHistory({ buckets: 1 })).toThrow(/buckets is 1; give a whole number of at least 2/);
    expect(() => new TelemetryHistory({ bucket: 1 } as never)).toThrow(/Did you mean "buckets"/);
    expect(() => history.series(bins.name, 2)).toThrow(/the index is 2, and ".*exponents" has 2 elements/);
    expect(() => history.add({ ...losses(0, 1, () => 0), rows: [{ step: 0.5, values: new Float32Array(1) }] })).toThrow(
      /the step of a row is 0.5/,
    );
    expect(() => history.add(table([{ ...bins, size: 1 }], [[1, 0, 0, 1]]))).toThrow(
      /is of size 1, and was of size 2 before/,
    );
    expect(() => history.add([] as never)).toThrow(OptionError);
    expect(() => history.on({ probe: "loss" }, undefined as never)).toThrow(OptionError);
  });
});
