/** Text in plots: escaping, numbers as people read them, and widths without a browser to measure them. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for SVG and HTML, in content and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A power of ten or two as text, for example `power(10, -3)` is "10⁻³". */
export function power(base: number, exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join("");
  return `${base}${exponent < 0 ? "⁻" : ""}${digits}`;
}

/**
 * A number as people read it: thousands separated, a real minus sign, and powers of ten where digits would be many.
 *
 * @param digits significant digits for what is not an integer
 */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 1e7 || size < 1e-4) {
    const [mantissa = "", exponent = "0"] = size.toExponential(digits - 1).split("e");
    const trimmed = withoutTrailingZeros(mantissa);
    return `${sign}${trimmed === "1" ? "" : `${trimmed} × `}${power(10, Number(exponent))}`;
  }
  if (Number.isInteger(value) || size >= 10 ** digits) return sign + grouped(String(Math.round(size)));
  // Rounded first: the digits of 999.96 are those of 1000, which toPrecision would write with an exponent.
  return sign + grouped(String(Number(size.toPrecision(digits))));
}

/** A number with a fixed count of decimals, as the ticks of one axis need it. */
export function formatDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const text = grouped(Math.abs(value).toFixed(decimals));
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A share from 0 to 1 as a percentage, for example "91 %"; one decimal where rounding would hide that it isn't 0 or 1. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return formatNumber(share);
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  if (percent >= 99.95 && percent < 100) return "> 99.9 %";
  const nearAnEnd = (percent > 0 && percent < 1) || (percent > 99 && percent < 100);
  return `${formatDecimals(percent, nearAnEnd ? 1 : 0)} %`;
}

/** A duration in seconds as people say it, for example "43 s" or "2 min 5 s". */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatNumber(seconds);
  if (seconds < 10) return `${formatNumber(seconds, 2)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${grouped(String(Math.floor(minutes / 60)))} h ${minutes % 60} min`;
}

/** An identifier as words, for example "vanishingGradient" and "vanishing-gradient" as "vanishing gradient". */
export function words(identifier: string): string {
  return identifier
    .replace(/([a-z0-9])([A-Z])(?![A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replace(/[-_]+/g, " ")
    .trim();
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function withoutTrailingZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}

function grouped(digits: string): string {
  const [whole = "", fraction] = digits.split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** Widths in em, a little more than system fonts have them: a gap is better than an overlap. */
const widths: readonly (readonly [characters: RegExp, em: number])[] = [
  [/[ijl.,:;'|!·]/, 0.3],
  [/[frt/()[\] -]/, 0.4],
  [/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/, 0.42],
  [/[mwMW%—]/, 0.93],
  [/[A-Z]/, 0.7],
];

/** About how wide a text is, in the unit of `fontSize`. Bold text is an eighth wider: pass a greater size. */
export function textWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text) em += widths.find(([characters]) => characters.test(character))?.[1] ?? 0.62;
  return em * fontSize;
}

/** Breaks a text at spaces into lines no wider than `width`; a word that is wider alone is shortened. */
export function wrapText(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== "") lines.push(line);
  return lines.map((part) => shortened(part, width, fontSize));
}

/** Takes characters out of the middle until a text fits: the ends of a site's name say the most. */
export function shortened(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 2; kept--) {
    const head = Math.floor(kept / 2);
    const candidate = `${characters.slice(0, head).join("")}…${characters.slice(characters.length - (kept - head)).join("")}`;
    if (textWidth(candidate, fontSize) <= width) return candidate;
  }
  return "…";
}
