/** Columns of telemetry by probe, site and measure. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import { gradientFlow } from "../../../../src/probes/gradient_flow.ts";
import { type ColumnFilter, select } from "../../../../src/probes/history/select.ts";
import { defineSiteProbe } from "../../../../src/probes/site_probe.ts";
import { series } from "../../../../src/probes/telemetry.ts";
import { healthy, made } from "../made_telemetry.ts";

const table = made(healthy, { to: 4, every: 2 });
const namesOf = (filter: ColumnFilter) => select(table, filter).columns.map(({ name }) => name);

describe("columns are chosen", () => {
  test("by the probe, in the backward pass of the generator", () => {
    expect(namesOf({ probe: "gradient" })).toEqual(namesOf({ probe: gradientFlow }));
    expect(namesOf({ probe: gradientFlow })).toHaveLength(7);
    expect(namesOf({ probe: /^(gradient|discriminatorGradient)$/ })).toHaveLength(9);
    expect(
      namesOf({ probe: defineSiteProbe({ name: "signs", columns: { mean: 1 }, measure: () => undefined }) }),
    ).toEqual([]);
  });

  test("by the site, or all below it", () => {
    expect(namesOf({ site: "generator/0" })).toEqual([
      "gradient/generator/0/linear/rms",
      "update/generator/0/weight",
      "update/generator/0/bias",
      "nonFinite/generator/0/linear/gradient",
    ]);
    // The beginning of a name is no site.
    expect(namesOf({ site: "generator/0/lin" })).toEqual([]);
    expect(namesOf({ site: /^(data|generator)\/.*(real|linear)/, probe: "nonFinite" })).toEqual([
      "nonFinite/data/real/value",
      "nonFinite/generator/0/linear/gradient",
    ]);
    expect(namesOf({ probe: "loss", site: "generator" })).toEqual(["loss/generator"]);
  });

  test("by what was measured", () => {
    expect(namesOf({ measure: "dead" })).toEqual([
      "saturation/generator/1/relu/dead",
      "saturation/generator/2/sigmoid/dead",
      "saturation/generator/4/tanh/dead",
    ]);
    // A pattern that remembers where it was begins anew.
    expect(namesOf({ site: "generator", measure: /^(dead|saturated)$/g })).toHaveLength(6);
  });

  test("by a function, and all by nothing", () => {
    expect(namesOf(({ size }) => size > 1)).toEqual(["samples/mean", "cells/fake"]);
    expect(namesOf({})).toEqual(table.columns.map(({ name }) => name));
  });
});

test("a selection has the rows that measured some of it, as they are", () => {
  const columns = table.columns.map((column) =>
    /^(loss|lossGain|balance)\//.test(column.name) ? column : { ...column, isSparse: true },
  );
  const all = { ...table, columns };
  const flow = select(all, { probe: "gradient" });
  expect(flow.rows.map(({ step }) => step)).toEqual([0, 2]);
  expect(flow.rows[1]).toBe(all.rows[2]);
  expect(flow.columns.some(({ isSparse }) => isSparse)).toBe(false);
  expect(series(flow, "gradient/generator/output/rms")).toEqual([0.005, 0.005].map(Math.fround));
  // Beside what every step has, some rows lack the others.
  const mixed = select(all, { site: "generator" });
  expect(mixed.rows).toHaveLength(4);
  expect(mixed.columns.find(({ name }) => name.startsWith("gradient/"))?.isSparse).toBe(true);
  expect(select(all, { probe: "nothing" })).toEqual({ columns: [], rows: [] });
});

test("what is no selection is refused", () => {
  for (const wrong of [undefined, null, "loss", { probes: "loss" }, { site: 3 }, { probe: {} }, { probe: 1 }]) {
    expect(() => select(table, wrong as never)).toThrow(OptionError);
  }
  expect(() => select([] as never, {})).toThrow(OptionError);
});
