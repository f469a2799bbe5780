import { expect, test } from "vitest";
import { RunRecord } from "../../../../apps/job/files/run_record.ts";
import { telemetryCsv } from "../../../../apps/job/files/telemetry_csv.ts";
import { telemetryLines } from "../../../../apps/job/files/telemetry_lines.ts";
import { report } from "./fixtures.ts";

function csv(probeEvery: number, ...reports: Parameters<RunRecord["add"]>[0][]): string[][] {
  const record = new RunRecord(probeEvery);
  for (const each of reports) record.add(each);
  return telemetryCsv(record)
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
}

test("has a header, one row a step over all reports, and all scalars but no histogram", () => {
  const [header, ...rows] = csv(2, report(0, 3), report(3, 2));
  expect(header).toEqual([
    "step",
    "loss/generator",
    "gradient/generator/output/rms",
    "nonFinite/generator/output/value",
    "update/generator/0/weight",
    "loss/discriminator",
  ]);
  expect(rows.map(([step]) => step)).toEqual(["0", "1", "2", "3", "4"]);
  expect(rows.every((row) => row.length === header?.length)).toBe(true);
});

test("leaves a cell empty where a step did not measure a quantity", () => {
  const [, , one, two] = csv(2, report(0, 3));
  expect(one).toEqual(["1", "1", "", "", "", "2"]);
  expect(two?.slice(0, 3)).toEqual(["2", "2", "0.25"]);
  expect(csv(0, report(0, 3))[3]).toEqual(["2", "2", "", "", "", "4"]);
});

test("numbers read back as the same f32, and what is not finite has its name", () => {
  const broken = report(0, 1);
  broken.telemetry.rows[0]?.values.set([Math.fround(0.1), Number.NaN], 0);
  const [, row] = csv(2, broken);
  expect(Math.fround(Number(row?.[1]))).toBe(Math.fround(0.1));
  expect(row?.[2]).toBe("NaN");
});

test("columns that a closer look brought have cells in its steps alone", () => {
  const [before, looked, after] = [report(0, 2), report(2, 2), report(4, 1)];
  const offset = looked.telemetry.rows[0]?.values.length as number;
  const rare = { name: "nonFinite/data/real/value", offset, size: 1, isRare: true };
  const withRare = ({ telemetry, ...rest }: typeof looked) => ({
    ...rest,
    telemetry: { ...telemetry, columns: [...telemetry.columns, rare] },
  });
  const seen = withRare(looked);
  const [first, ...others] = seen.telemetry.rows;
  const longer = { step: first?.step as number, values: Float32Array.from([...(first?.values ?? []), 7]) };
  const again = { ...seen, telemetry: { ...seen.telemetry, rows: [longer, ...others] } };
  const [header, ...rows] = csv(2, before, again, withRare(after));
  expect(header?.at(-1)).toBe(rare.name);
  expect(rows.map((row) => row.at(-1))).toEqual(["", "", "7", "", ""]);
  const lines = telemetryLines({ kind: "report", report: again } as never)
    .trimEnd()
    .split("\n");
  expect(lines.map((line) => rare.name in JSON.parse(line))).toEqual([true, false]);
});

test("a run without a step is a header", () => {
  expect(csv(2)).toEqual([["step"]]);
});
