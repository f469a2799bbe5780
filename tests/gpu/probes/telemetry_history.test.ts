/** What a trainer measures, kept by a history: also where its probes come later, and where it is put back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainReport } from "../../../src/gan/run/report.ts";
import { telemetryCsv } from "../../../src/io/telemetry/csv.ts";
import { gradientFlow } from "../../../src/probes/gradient_flow.ts";
import { TelemetryHistory } from "../../../src/probes/history/history.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const site = "gradient/generator/output/rms";
const lasts = (history: TelemetryHistory, name: string) => history.series(name).map(({ to, last }) => [to, last]);
const rowsOf = (reports: readonly TrainReport[], name: string) =>
  reports.flatMap(({ telemetry }) =>
    series(telemetry, name).map((value, i) => [telemetry.rows[i]?.step ?? Number.NaN, value] as const),
  );

test("a history has every number that was measured, and none that was not", async () => {
  await withTrainer(engine, { probes: { every: 3, fromStart: true } }, async (trainer) => {
    const history = new TelemetryHistory();
    const told: number[][] = [];
    history.on({ probe: gradientFlow, site: "generator", measure: "rms" }, ({ columns, rows }) => {
      expect(columns.length).toBeGreaterThan(1);
      expect(columns.every(({ name }) => /^gradient\/generator\/.+\/rms$/.test(name))).toBe(true);
      told.push(rows.map(({ step }) => step));
    });
    const reports = await reportsOf(trainer, { steps: 20, reportEvery: 8 });
    for (const { telemetry } of reports) history.add(telemetry);
    expect(told).toEqual([[0, 3, 6], [9, 12, 15], [18]]);
    const losses = rowsOf(reports, "loss/generator");
    expect(losses).toHaveLength(20);
    expect(lasts(history, "loss/generator")).toEqual(losses);
    const flow = rowsOf(reports, site).filter(([step]) => step % 3 === 0);
    expect(lasts(history, site)).toEqual(flow);
    for (const { name, size } of history.columns) {
      for (let index = 0; index < size; index++) {
        expect(
          history.series(name, index).every(({ nonFinite }) => nonFinite === 0),
          name,
        ).toBe(true);
      }
    }
    // What was read of a file is what was measured.
    const [header = "", ...lines] = [...telemetryCsv(reports.map(({ telemetry }) => telemetry))];
    const column = header.trimEnd().split(",").indexOf(site);
    const read = lines.map((line) => line.trimEnd().split(",")[column] ?? "");
    expect(read.flatMap((cell, step) => (cell === "" ? [] : [[step, Math.fround(Number(cell))]]))).toEqual(flow);
  });
});

test("steps that a trainer takes again replace what they were", async () => {
  await withTrainer(engine, { probes: { every: 2, fromStart: true } }, async (trainer) => {
    const history = new TelemetryHistory();
    const train = async (steps: number) => {
      for (const { telemetry } of await reportsOf(trainer, { steps })) history.add(telemetry);
    };
    await train(6);
    const snapshot = await trainer.snapshot();
    await train(6);
    const before = [lasts(history, "loss/generator"), lasts(history, site)];
    await trainer.restore(snapshot);
    trainer.controls.set("generatorLearningRate", 0);
    await train(4);
    const [losses, flow] = [lasts(history, "loss/generator"), lasts(history, site)];
    expect(losses.map(([step]) => step)).toEqual(Array.from({ length: 10 }, (_, step) => step));
    expect(losses.slice(0, 7)).toEqual(before[0]?.slice(0, 7));
    expect(losses.slice(7)).not.toEqual(before[0]?.slice(7, 10));
    expect(flow.map(([step]) => step)).toEqual([0, 2, 4, 6, 8]);
  });
});

test("columns of probes that are compiled later begin where they were measured first", async () => {
  await withTrainer(engine, { probes: { fromStart: false } }, async (trainer) => {
    const history = new TelemetryHistory();
    for (let tries = 0; tries < 200 && history.series(site).length === 0; tries++) {
      const [report] = await reportsOf(trainer, { steps: 5 });
      if (report) history.add(report.telemetry);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const [first] = history.series(site);
    expect(first?.nonFinite).toBe(0);
    expect(history.series("loss/generator")[0]?.from).toBe(0);
    expect(history.series("loss/generator").every(({ nonFinite }) => nonFinite === 0)).toBe(true);
  });
});
