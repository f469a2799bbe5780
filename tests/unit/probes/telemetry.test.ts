import { describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { ringRows, TelemetryLayout, TelemetryRing } from "../../../src/probes/telemetry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

const zeros = (size: number) => Tensor.full([size], 0);

describe("the layout of a row", () => {
  test("gives each probe value its columns, one after the other", () => {
    const layout = new TelemetryLayout();
    layout.add("loss", { generator: zeros(1) });
    layout.add("gradient/logit", { rms: zeros(1), exponents: zeros(32) });
    layout.add("loss", { discriminator: zeros(1) });
    expect(layout.columns).toEqual([
      { name: "loss/generator", offset: 0, size: 1 },
      { name: "gradient/logit/rms", offset: 1, size: 1 },
      { name: "gradient/logit/exponents", offset: 2, size: 32 },
      { name: "loss/discriminator", offset: 34, size: 1 },
    ]);
    expect(layout.width).toBe(35);
  });

  test("lets several plans write the same column, each with its own value", () => {
    const layout = new TelemetryLayout();
    layout.add("loss", { generator: zeros(1), discriminator: zeros(2) });
    expect(layout.take().map(({ column }) => column)).toEqual([0, 1]);
    const other = Tensor.full([2], 7);
    layout.add("loss", { discriminator: other });
    expect(layout.take()).toEqual([{ column: 1, value: other.flatten() }]);
    expect(layout.take()).toEqual([]);
    expect(layout.width).toBe(3);
  });
});

describe("the ring", () => {
  const engine = { state: () => ({ buffer: "the ring's buffer" }) } as unknown as Engine;
  const columns = [
    { name: "a", offset: 0, size: 1 },
    { name: "b", offset: 1, size: 2 },
  ];
  const ring = new TelemetryRing(engine, columns, 3);
  const row = 3 * 4;
  /** One whose table tells what is written to it. */
  const ringWithTable = () => {
    const written: (readonly [number, number[]])[] = [];
    const writePart = (at: number, values: Float32Array) => written.push([at, [...values]]);
    const told = { state: () => ({ buffer: "the ring's buffer", writePart }) } as unknown as Engine;
    return { written, ring: new TelemetryRing(told, columns, 3, { columns: columns.slice(1), every: 1 }) };
  };

  test("reads a stretch in one piece, or in two where it comes round", () => {
    const buffer = "the ring's buffer";
    expect(ring.ranges(10, 14)).toEqual([{ buffer, offset: 10 * row, size: 4 * row }]);
    expect(ring.ranges(ringRows - 2, ringRows + 3)).toEqual([
      { buffer, offset: (ringRows - 2) * row, size: 2 * row },
      { buffer, offset: 0, size: 3 * row },
    ]);
    expect(ring.ranges(5 * ringRows, 5 * ringRows + 1)).toEqual([{ buffer, offset: 0, size: row }]);
    expect(ring.ranges(7, 7)).toEqual([]);
  });

  test("gives the rows of all pieces the numbers of their steps", () => {
    const parts = [Float32Array.of(1, 2, 3, 4, 5, 6).buffer, Float32Array.of(7, 8, 9).buffer];
    expect(ring.decode(100, parts)).toEqual([
      { step: 100, values: Float32Array.of(1, 2, 3) },
      { step: 101, values: Float32Array.of(4, 5, 6) },
      { step: 102, values: Float32Array.of(7, 8, 9) },
    ]);
  });

  test("makes NaN of what a step did not measure, and leaves what it read from alone", () => {
    const sparse = new TelemetryRing(engine, columns, 3, { columns: columns.slice(1), every: 2 });
    for (const step of [9, 10, 11]) sparse.note(step, step === 10);
    const bytes = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(sparse.decode(9, [bytes.buffer]).map(({ values }) => [...values])).toEqual([
      [1, Number.NaN, Number.NaN],
      [4, 5, 6],
      [7, Number.NaN, Number.NaN],
    ]);
    expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("knows of each row which plan wrote it last, also when the ring has come round or steps are taken again", () => {
    const { written, ring } = ringWithTable();
    const isWhole = (step: number) => !Number.isNaN(ring.decode(step, [Float32Array.of(1, 2, 3).buffer])[0]?.values[1]);
    for (let step = 0; step < 2 * ringRows; step++) ring.note(step, step >= 3);
    expect([0, 2, 3, ringRows, ringRows + 1].map(isWhole)).toEqual([false, false, true, true, true]);
    ring.note(2, true);
    ring.note(ringRows + 1, false);
    expect([2, ringRows + 1].map(isWhole)).toEqual([true, false]);
    // What is put back says itself what it lacks.
    const rows = ring.numbers(1, [Float32Array.of(1, 2, 3, 4, 5, 6).buffer]);
    ring.note(1, false);
    ring.write(1, rows);
    expect(written).toEqual([[3, [1, Number.NaN, Number.NaN, 4, 5, 6]]]);
    expect([1, 2].map(isWhole)).toEqual([true, true]);
  });
});
