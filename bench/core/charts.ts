/** Rates as bars: a chart for each unit of each group. */

import { barChart } from "../../apps/charts/charts.ts";
import { textWidth } from "../../apps/charts/text.ts";
import { isMeasured, type WorkloadResult } from "./report.ts";
import { type GroupName, groups, type UnitName, units } from "./workload.ts";

/** Rates that differ by more than this need a log axis to be seen side by side. */
const widestLinear = 20;

export interface Chart {
  readonly svg: string;
  /** Pixels under which its labels could not be read. */
  readonly least: number;
}

/** The width that reads well on a phone. */
const usualWidth = 380;

export function chartsOf(results: readonly WorkloadResult[]): Chart[] {
  return (Object.keys(groups) as GroupName[]).flatMap((group) =>
    (Object.keys(units) as UnitName[]).flatMap((unit) => {
      const members = results.filter((result) => result.group === group && result.unit === unit);
      return members.length === 0 ? [] : [chartOf(group, unit, members)];
    }),
  );
}

function chartOf(group: GroupName, unit: UnitName, results: readonly WorkloadResult[]): Chart {
  const names = [...new Set(results.flatMap(({ variants }) => variants.map(({ name }) => name)))];
  const rate = (result: WorkloadResult, name: string) => {
    const variant = result.variants.find((one) => one.name === name);
    return variant && isMeasured(variant) ? variant.rate.median : null;
  };
  const series = names.map((name) => ({ name, values: results.map((result) => rate(result, name)) }));
  const rates = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const categories = results.map(({ name }) => name);
  const slot = Math.max(...categories.map((name) => textWidth(name, 12)), 16 * names.length) + 10;
  const width = Math.max(usualWidth, Math.ceil(70 + slot * categories.length));
  const { label } = units[unit];
  const svg = barChart({
    title: `${group}: ${label}, more is better`,
    description: `Median rates in ${label} of ${names.join(", ")} at ${categories.join(", ")}.`,
    xLabel: "workload",
    yLabel: `rate (${label})`,
    width,
    categories,
    series,
    yScale: Math.max(...rates) > widestLinear * Math.min(...rates) ? "log" : "linear",
  });
  return { svg, least: width > usualWidth ? width : 0 };
}
