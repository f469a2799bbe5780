import { assertKeys, type Kind, text } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import type { ProbeColumns } from "../probe.ts";
import { assertTable, type TelemetryColumn, type TelemetryTable } from "../telemetry.ts";
import { measuredRows } from "./measured_rows.ts";

/**
 * Columns by what their names consist of: `gradient/generator/0/linear/rms` is what the probe `gradient` measured at the site
 * `generator/0/linear` as `rms`. All that is given must hold; nothing given is every column.
 */
export interface ColumnSelection {
  /**
   * The part before the first slash: a text, a pattern, or a probe such as `probes.gradientFlow`. What a probe measures in the
   * backward pass of another player than the generator has that player's name before it: `discriminatorGradient`.
   */
  readonly probe?: string | RegExp | ProbeColumns;
  /**
   * What follows. A text is a site, or the first parts of several: "generator" is all of the generator, `loss/generator` and
   * `update/generator/0/weight` too. A pattern is looked for in all that follows the probe.
   */
  readonly site?: string | RegExp;
  /** The last part: "rms", or a pattern. */
  readonly measure?: string | RegExp;
}

/** A selection, or a function that says of a column whether it is wanted. */
export type ColumnFilter = ColumnSelection | ((column: Pick<TelemetryColumn, "name" | "size">) => boolean);

/**
 * The table of some columns. Rows that measured none of them are left out, so that what the costlier probes measured has no gaps
 * where they were not due. Rows are the same objects, and columns lie where they lay.
 *
 *   const flow = probes.select(report.telemetry, { probe: probes.gradientFlow, site: "generator", measure: "rms" });
 *
 * @throws OptionError for what is no table or no selection
 */
export function select(table: TelemetryTable, filter: ColumnFilter): TelemetryTable {
  assertTable("select", table);
  const isWanted = columnFilter("select", filter);
  const wanted = table.columns.filter(isWanted);
  const measured = [...measuredRows(table, isWanted)].filter(({ columns }) => columns.length > 0);
  const areAllInAllRows = measured.every(({ columns }) => columns.length === wanted.length);
  return {
    // Where no row lacks any of them, a NaN is what was measured.
    columns: areAllInAllRows ? wanted.map(({ isSparse, ...column }) => column) : wanted,
    rows: measured.map(({ row }) => row),
  };
}

/** @throws OptionError for anything but a selection or a function. */
export function columnFilter(
  where: string,
  filter: ColumnFilter,
): (column: Pick<TelemetryColumn, "name" | "size">) => boolean {
  if (typeof filter === "function") return filter;
  assertKeys<ColumnSelection>(where, filter, { probe: true, site: textOrPattern, measure: textOrPattern });
  const { probe, site, measure } = filter;
  const wantedProbe = probe === undefined ? undefined : probeName(where, probe);
  return ({ name }) => {
    const slash = name.indexOf("/");
    const rest = slash < 0 ? "" : name.slice(slash + 1);
    return (
      fits(wantedProbe, slash < 0 ? name : name.slice(0, slash)) &&
      (typeof site === "string" ? `${rest}/`.startsWith(`${site}/`) : fits(site, rest)) &&
      fits(measure, name.slice(name.lastIndexOf("/") + 1))
    );
  };
}

// `search` begins anew each time, whatever the pattern's flags.
const fits = (wanted: string | RegExp | undefined, part: string): boolean =>
  wanted === undefined || (typeof wanted === "string" ? wanted === part : part.search(wanted) >= 0);

const textOrPattern: Kind = {
  says: "a text or a regular expression",
  is: (value) => text.is(value) || value instanceof RegExp,
};

function probeName(where: string, probe: string | RegExp | ProbeColumns): string | RegExp {
  if (typeof probe === "string" || probe instanceof RegExp) return probe;
  const { name }: { readonly name?: unknown } = Object(probe);
  if (typeof name === "string" && "columns" in Object(probe)) return name;
  throw new OptionError(
    `${where}: the probe is none; give the first part of the columns' names, such as "gradient", a regular expression, or a probe.`,
  );
}
