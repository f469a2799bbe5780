/** Telemetry in files that other programs read. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import { shortF32 } from "../../../src/io/csv.ts";
import { telemetryCsv } from "../../../src/io/telemetry/csv.ts";
import { telemetryEvents } from "../../../src/io/telemetry/events.ts";
import { telemetryJsonLines } from "../../../src/io/telemetry/json_lines.ts";
import { eventFileHeader } from "../../../src/io/tensorboard/events.ts";
import { TelemetryHistory } from "../../../src/probes/history/history.ts";
import type { TelemetryColumn, TelemetryTable } from "../../../src/probes/telemetry.ts";
import { draws } from "../probes/made_telemetry.ts";
import { bytesAt, doubles, eventsOf, fieldsOf, scalarOf } from "./event_reader.ts";

const none = Number.NaN;
const columns: readonly TelemetryColumn[] = [
  { name: "loss/generator", offset: 0, size: 1 },
  { name: "samples/mean", offset: 1, size: 2, isSparse: true },
  { name: "gradient/generator/0/linear/exponents", offset: 3, size: 2, isSparse: true },
];
const table = (rows: readonly (readonly number[])[], of = columns): TelemetryTable => ({
  columns: of,
  rows: rows.map(([step = 0, ...values]) => ({ step, values: Float32Array.from(values) })),
});
const small = table([
  [0, 0.1, -1, 1 / 3, 3, 4],
  [1, none, none, none, none, none],
  [2, Number.NEGATIVE_INFINITY, none, 2, 0, 7],
]);

/** Cells of CSV without quotes. */
const cellsOf = (chunks: Iterable<string>) =>
  [...chunks].map((line) => {
    expect(line.endsWith("\r\n")).toBe(true);
    return line.slice(0, -2).split(",");
  });
const objectsOf = (chunks: Iterable<string>): Readonly<Record<string, unknown>>[] =>
  [...chunks].map((line) => {
    expect(line.indexOf("\n")).toBe(line.length - 1);
    return JSON.parse(line);
  });
const fileOf = async (records: Iterable<Uint8Array<ArrayBuffer>>) =>
  eventsOf(new Uint8Array(await new Blob([eventFileHeader(1), ...records]).arrayBuffer())).slice(1);

/** 40 steps in 10 buckets of 4. */
const history = new TelemetryHistory({ buckets: 10 });
history.add(table(Array.from({ length: 40 }, (_, step) => [step, step === 5 ? none : step, step, -step, 1, step])));

test("an f32 is written with the fewest digits that read back as the same", () => {
  const random = draws(3);
  const bits = new Uint32Array(1);
  const values = new Float32Array(bits.buffer);
  for (let i = 0; i < 3_000; i++) {
    bits[0] = random() * 2 ** 32;
    const value = values[0] ?? 0;
    if (!Number.isFinite(value)) continue;
    const text = String(shortF32(value));
    expect(Math.fround(Number(text)), text).toBe(value);
    const digits = text.replace(/e.*|[-.]/g, "").replace(/^0+|0+$/g, "").length;
    expect(digits, text).toBeLessThanOrEqual(9);
    for (let fewer = 1; fewer < digits; fewer++) expect(Math.fround(Number(value.toPrecision(fewer)))).not.toBe(value);
  }
  const short = (value: number) => String(shortF32(Math.fround(value)));
  expect([0.1, 1 / 3, 3.4028234663852886e38, 1e-45, -2.5, 16777216, 1.1754943508222875e-38].map(short)).toEqual([
    "0.1",
    "0.33333334",
    "3.4028235e+38",
    "1e-45",
    "-2.5",
    "16777216",
    "1.1754944e-38",
  ]);
  // What is no f32, as a mean, keeps all of its digits.
  expect(shortF32(0.1)).toBe(0.1);
});

describe("as CSV", () => {
  test("has a line a step, and empty cells where nothing was measured", () => {
    expect(cellsOf(telemetryCsv(small))).toEqual([
      [
        "step",
        "loss/generator",
        "samples/mean/0",
        "samples/mean/1",
        ...["0", "1"].map((i) => `${columns[2]?.name}/${i}`),
      ],
      ["0", "0.1", "-1", "0.33333334", "3", "4"],
      ["1", "NaN", "", "", "", ""],
      ["2", "-Infinity", "NaN", "2", "0", "7"],
    ]);
  });

  test("comes a line at a time", () => {
    const lines = telemetryCsv(small, { columns: { probe: "loss" } });
    expect(lines.next().value).toBe("step,loss/generator\r\n");
    expect(lines.next().value).toBe("0,0.1\r\n");
  });

  test("quotes names as RFC 4180 has it", () => {
    const odd = table([[0, 1]], [{ name: 'a,"b"\n', offset: 0, size: 1 }]);
    expect([...telemetryCsv(odd)][0]).toBe('step,"a,""b""\n"\r\n');
  });

  test("joins reports: columns that come later are empty before, and steps that come again replace what they were", () => {
    const late = table(
      [
        [1, 7, 10],
        [2, 8],
      ],
      [
        { name: "loss/generator", offset: 0, size: 1 },
        { name: "nonFinite/data/real/value", offset: 1, size: 1, isRare: true },
      ],
    );
    expect(cellsOf(telemetryCsv([small, late], { columns: { measure: /^(generator|value)$/ } }))).toEqual([
      ["step", "loss/generator", "nonFinite/data/real/value"],
      ["0", "0.1", ""],
      ["1", "7", "10"],
      ["2", "8", ""],
    ]);
  });

  test("of a history has a line a bucket", () => {
    const [header = [], ...lines] = cellsOf(telemetryCsv(history, { columns: { probe: /^(loss|samples)$/ } }));
    expect(header.join()).toBe("column,element,from,to,count,nonFinite,mean,minimum,maximum,last");
    expect(lines).toHaveLength(3 * 10);
    expect(lines[0]?.join()).toBe("loss/generator,0,0,3,4,0,1.5,0,3,3");
    expect(lines[1]?.join()).toBe(`loss/generator,0,4,7,4,1,${17 / 3},4,7,7`);
    expect(lines.at(-1)?.join()).toBe("samples/mean,1,36,39,4,0,-37.5,-39,-36,-39");
  });
});

describe("as JSON lines", () => {
  test("has an object a step, with what it measured", () => {
    expect(objectsOf(telemetryJsonLines(small))).toEqual([
      { step: 0, "loss/generator": 0.1, "samples/mean": [-1, 0.33333334], [columns[2]?.name ?? ""]: [3, 4] },
      { step: 1, "loss/generator": "NaN" },
      { step: 2, "loss/generator": "-Infinity", "samples/mean": ["NaN", 2], [columns[2]?.name ?? ""]: [0, 7] },
    ]);
  });

  test("has numbers that read back as the same f32", () => {
    const random = draws(5);
    const values = Array.from({ length: 500 }, () => Math.fround((random() - 0.5) * 10 ** (60 * random() - 30)));
    const told = table(
      values.map((value, step) => [step, value]),
      columns.slice(0, 1),
    );
    const read = objectsOf(telemetryJsonLines(told)).map((row) => Math.fround(Number(row["loss/generator"])));
    expect(read).toEqual(values);
    const cells = cellsOf(telemetryCsv(told)).slice(1);
    expect(cells.map(([, cell]) => Math.fround(Number(cell)))).toEqual(values);
  });

  test("of a history has an object a bucket, with arrays where a column has several elements", () => {
    const buckets = objectsOf(telemetryJsonLines(history));
    expect(buckets).toHaveLength(3 * 10);
    expect(buckets[0]).toEqual({
      ...{ column: "loss/generator", from: 0, to: 3, count: 4, nonFinite: 0 },
      ...{ mean: 1.5, minimum: 0, maximum: 3, last: 3 },
    });
    expect(buckets[10]).toEqual({
      ...{ column: "samples/mean", from: 0, to: 3, count: 4, nonFinite: [0, 0] },
      ...{ mean: [1.5, -1.5], minimum: [0, -3], maximum: [3, 0], last: [3, -3] },
    });
  });
});

describe("as events of TensorBoard", () => {
  test("has a step's scalars, and exponents as a histogram", async () => {
    const events = await fileOf(telemetryEvents(small, { seconds: (step) => 100 + step }));
    expect(events.map(({ step, seconds }) => [step, seconds])).toEqual([
      [0, 100],
      [0, 100],
      [1, 101],
      [2, 102],
      [2, 102],
    ]);
    expect(events.map((event) => scalarOf(event, "loss/generator"))).toEqual([
      ...[Math.fround(0.1), undefined, none],
      ...[Number.NEGATIVE_INFINITY, undefined],
    ]);
    expect(scalarOf(events[0], "samples/mean/1")).toBe(Math.fround(1 / 3));
    expect(Object.keys(events[2]?.values ?? {})).toEqual(["loss/generator"]);
    const histogram = fieldsOf(bytesAt(events[4]?.values[columns[2]?.name ?? ""] ?? new Map(), 5));
    expect([1, 2, 3].map((field) => doubles(bytesAt(histogram, field))[0])).toEqual([-119, -111, 7]);
    expect([6, 7].map((field) => doubles(bytesAt(histogram, field)))).toEqual([
      [-119, -111],
      [0, 7],
    ]);
  });

  test("of a history has a bucket at its last step, with its extremes and how much of it is not finite", async () => {
    const events = await fileOf(telemetryEvents(history, { seconds: 7, columns: { probe: "loss" } }));
    expect(events.map(({ step }) => step)).toEqual(Array.from({ length: 10 }, (_, i) => 4 * i + 3));
    const tags = ["loss/generator", "loss/generator/minimum", "loss/generator/maximum", "loss/generator/nonFinite"];
    const [first, second] = events.map((event) => tags.map((tag) => scalarOf(event, tag)));
    expect(first).toEqual([1.5, 0, 3, undefined]);
    expect(second).toEqual([Math.fround(17 / 3), 4, 7, 1]);
    const [histogram] = await fileOf(telemetryEvents(history, { columns: { measure: "exponents" } }));
    const fields = fieldsOf(bytesAt(histogram?.values[columns[2]?.name ?? ""] ?? new Map(), 5));
    expect(doubles(bytesAt(fields, 7))).toEqual([1, 1.5]);
  });

  test("of a history of single steps is what the table has", async () => {
    const whole = new TelemetryHistory();
    whole.add(small);
    const [ofTable, ofHistory] = await Promise.all(
      [small, whole].map((from) => fileOf(telemetryEvents(from, { seconds: 7, columns: { probe: "loss" } }))),
    );
    expect(ofHistory?.map((event) => [event.step, scalarOf(event, "loss/generator")])).toEqual(
      ofTable?.map((event) => [event.step, scalarOf(event, "loss/generator")]),
    );
  });
});

test("what is no telemetry is refused at once", () => {
  for (const write of [telemetryCsv, telemetryJsonLines, telemetryEvents]) {
    for (const wrong of [undefined, null, [1], {}, "a text", new Map()]) {
      expect(() => write(wrong as never)).toThrow(OptionError);
    }
    expect(() => write(small, { column: {} } as never)).toThrow(/Did you mean "columns"/);
    expect(() => write(small, { columns: { probes: 1 } } as never)).toThrow(OptionError);
  }
  expect(() => telemetryEvents(small, { seconds: "now" } as never)).toThrow(/seconds is "now"/);
});
