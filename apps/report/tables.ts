/** Records as tables of names and values. */
import { escapeText, formatNumber, words } from "../charts/text.ts";

/** A configuration, with nested records as dotted names. */
export function configTable(config: Readonly<Record<string, unknown>>): string {
  const rows = flattened(config, "").map(([name, value]) => row(dottedName(name), shown(value)));
  return table("Option", "Value", rows, "No configuration was recorded.");
}

/** Counters, with sizes in bytes in a unit that people read. */
export function statsTable(stats: Readonly<Record<string, number>>): string {
  const rows = Object.entries(stats).map(([name, value]) => {
    const amount =
      /bytes/i.test(name) && Number.isFinite(value) ? formatBytes(value) : formatNumber(value ?? Number.NaN, 4);
    return row(escapeText(words(name)), escapeText(amount), "number");
  });
  return table("Counter", "Value", rows, "No counter was recorded.", "number");
}

function table(first: string, second: string, rows: readonly string[], empty: string, kind = ""): string {
  if (rows.length === 0) return `<p class="muted">${empty}</p>`;
  return (
    `<table class="table"><thead><tr><th scope="col">${first}</th><th scope="col"${styleOf(kind)}>${second}</th></tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table>`
  );
}

function row(name: string, value: string, kind = ""): string {
  return `<tr><th scope="row">${name}</th><td${styleOf(kind)}>${value}</td></tr>`;
}

function styleOf(kind: string): string {
  return kind === "" ? "" : ` class="${kind}"`;
}

function flattened(record: Readonly<Record<string, unknown>>, prefix: string): [name: string, value: unknown][] {
  return Object.entries(record).flatMap(([key, value]): [string, unknown][] =>
    isRecord(value) && Object.keys(value).length > 0 ? flattened(value, `${prefix}${key}.`) : [[prefix + key, value]],
  );
}

/** Long names break after a dot, rather than inside a word. */
function dottedName(name: string): string {
  return `<code>${escapeText(name).replaceAll(".", ".<wbr>")}</code>`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (typeof value === "number") return escapeText(formatNumber(value, 4));
  if (typeof value === "string") return escapeText(value);
  return escapeText((JSON.stringify(value) ?? "not set").replaceAll(",", ", "));
}

function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3)));
  return `${formatNumber(bytes / 1000 ** unit)} ${units[unit]}`;
}
