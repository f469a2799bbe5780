/** From the names of telemetry columns to groups that a plot can show, whatever probes a run had. */
import { words } from "../charts/text.ts";
import type { Column, RunReport } from "./run_report.ts";

type Columns = RunReport["probes"]["columns"];

/** One measure of a probe at all its sites, for example the RMS of the gradient. */
export interface ProbeGroup {
  readonly probe: string;
  /** Empty where the column's name is the probe's alone. */
  readonly measure: string;
  /** A probe without sites has one, whose name is empty. */
  readonly sites: readonly { readonly site: string; readonly values: Column }[];
}

/** One histogram over time, for example the exponents of a site's gradient. */
export interface HistogramGroup {
  readonly probe: string;
  readonly site: string;
  readonly measure: string;
  /** One column a bin; undefined for a bin that was not recorded. */
  readonly bins: readonly (Column | undefined)[];
}

interface ColumnName {
  readonly probe: string;
  readonly site: string;
  readonly measure: string;
  readonly bin: number | undefined;
}

/** More bins than any histogram has; a greater number is part of a name. */
const mostBins = 1024;

/** Probes with a single measure, which their columns `probe/<site>` leave out. */
const onlyMeasures: ReadonlyMap<string, string> = new Map([
  ["update", "ratio"],
  ["gradientNorm", "norm"],
]);

/** Reads `probe/measure`, `probe/<site>/measure` and `probe/<site>/measure/<bin>`. */
export function parseColumn(name: string): ColumnName {
  const [probe = "", ...rest] = name.split("/");
  const last = rest.at(-1);
  const only = onlyMeasures.get(probe);
  if (only !== undefined && last !== only) return { probe, site: rest.join("/"), measure: only, bin: undefined };
  const isBin = last !== undefined && rest.length >= 2 && /^\d+$/.test(last) && Number(last) < mostBins;
  const named = isBin ? rest.slice(0, -1) : rest;
  return {
    probe,
    site: named.slice(0, -1).join("/"),
    measure: named.at(-1) ?? "",
    bin: isBin ? Number(last) : undefined,
  };
}

/** The groups of a run in the order of its columns. */
export function groupColumns(columns: Columns): { lines: ProbeGroup[]; histograms: HistogramGroup[] } {
  const lines = new Map<string, { probe: string; measure: string; sites: { site: string; values: Column }[] }>();
  const histograms = new Map<string, { probe: string; site: string; measure: string; bins: Column[] }>();
  for (const [name, values] of Object.entries(columns)) {
    const { probe, site, measure, bin } = parseColumn(name);
    if (bin === undefined) {
      const key = `${probe}/${measure}`;
      const group = lines.get(key) ?? { probe, measure, sites: [] };
      group.sites.push({ site, values });
      lines.set(key, group);
    } else {
      const key = `${probe}/${site}/${measure}`;
      const group = histograms.get(key) ?? { probe, site, measure, bins: [] };
      group.bins[bin] = values;
      histograms.set(key, group);
    }
  }
  return { lines: [...lines.values()], histograms: [...histograms.values()] };
}

const probeNames: ReadonlyMap<string, string> = new Map([
  ["discriminatorGradient", "gradient flow of the discriminator's loss"],
  ["gradient", "gradient flow"],
  ["discriminatorNonFinite", "infinite and NaN values of the discriminator's step"],
  ["nonFinite", "infinite and NaN values"],
  ["gradientNorm", "gradient norms"],
  ["saturation", "saturated units"],
  ["update", "update ratios"],
]);

/** What a run's probes watched, one phrase a probe, for example "gradient flow at 7 sites". */
export function watched(columns: Columns): string[] {
  const sites = new Map<string, Set<string>>();
  for (const name of Object.keys(columns)) {
    const { probe, site } = parseColumn(name);
    sites.set(probe, (sites.get(probe) ?? new Set()).add(site));
  }
  return [...sites].map(([probe, names]) => {
    names.delete("");
    const count = names.size === 0 ? "" : names.size === 1 ? ` at ${[...names][0]}` : ` at ${names.size} sites`;
    return (probeNames.get(probe) ?? words(probe)) + count;
  });
}

/** A group's sites by player (the first part of their names), where all of them name one. */
export function byPlayer({ sites }: ProbeGroup): { player: string; sites: ProbeGroup["sites"] }[] {
  if (!sites.every(({ site }) => site.includes("/"))) return [{ player: "", sites }];
  const players = new Map<string, { site: string; values: Column }[]>();
  for (const { site, values } of sites) {
    const slash = site.indexOf("/");
    const player = site.slice(0, slash);
    players.set(player, [...(players.get(player) ?? []), { site: site.slice(slash + 1), values }]);
  }
  return [...players].map(([player, own]) => ({ player, sites: own }));
}
