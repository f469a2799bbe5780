/**
 * The colours of plots. A plot names a colour by its role, as `var(--role, fallback)`, so one SVG suits a light and a
 * dark page. The table is the source of the fallbacks and of files that stand alone; `style.css` declares the same
 * values for pages, and a test holds the two together.
 */

/** [in the light theme, in the dark theme] */
type Shades = readonly [light: string, dark: string];

/**
 * The eight series keep the order of Okabe and Ito's palette for colour-blind readers, with each hue moved until it
 * has a contrast of at least 3:1 on its theme's surface (their orange, sky blue and yellow are too pale for lines) and
 * every two of them stay apart for readers without the receptor for red or green.
 */
export const themeColours = {
  surface: ["#ffffff", "#191c20"],
  text: ["#1a1d21", "#e8eaed"],
  muted: ["#5a626c", "#a3abb5"],
  grid: ["#e6e8eb", "#2c3138"],
  axis: ["#9aa2ab", "#6b747f"],
  "series-1": ["#0067b0", "#56b0f0"],
  "series-2": ["#c8500a", "#f0813c"],
  "series-3": ["#00805c", "#2fb98c"],
  "series-4": ["#c44d8a", "#f59cc4"],
  "series-5": ["#6b4e00", "#f2d675"],
  "series-6": ["#3d9bd6", "#b4e4fc"],
  "series-7": ["#434d63", "#767f8b"],
  "series-8": ["#6d1238", "#d9304f"],
  serious: ["#b3261e", "#ff8a80"],
  "heat-0": ["#f1f5f9", "#20262d"],
  "heat-1": ["#d5e3f0", "#1d3548"],
  "heat-2": ["#b0cce3", "#1c4866"],
  "heat-3": ["#84b0d3", "#1f5f88"],
  "heat-4": ["#5592c2", "#2d7bad"],
  "heat-5": ["#2e72aa", "#4b9ad0"],
  "heat-6": ["#15528a", "#83bfe9"],
  "heat-7": ["#0b3360", "#d2ebfc"],
} as const satisfies Record<string, Shades>;

export type ColourRole = keyof typeof themeColours;

/** How many levels a heat strip distinguishes; more could not be told apart by eye. */
export const heatLevels = 8;

const seriesCount = 8;

/** The paint for a role: the page's custom property, or the light colour where a page declares none. */
export function colour(role: ColourRole): string {
  return `var(--${role}, ${themeColours[role][0]})`;
}

/** The paint for the series at `index` (from 0); after eight the colours repeat, and `seriesDash` tells them apart. */
export function seriesColour(index: number): string {
  return colour(`series-${(index % seriesCount) + 1}` as ColourRole);
}

/** The dash pattern for the series at `index`, or nothing for a solid line. */
export function seriesDash(index: number): string | undefined {
  return [undefined, "5 3", "2 3", "8 3 2 3"][Math.floor(index / seriesCount) % 4];
}

/** The paint for a heat level from 0 (least) to `heatLevels` − 1 (most). */
export function heatColour(level: number): string {
  return colour(`heat-${level}` as ColourRole);
}

/** The declarations of all roles, one a line, that follow the colour scheme of the page. */
export function themeDeclarations(): string {
  return Object.entries(themeColours)
    .map(([role, [light, dark]]) => `--${role}: light-dark(${light}, ${dark});`)
    .join("\n");
}

/**
 * Makes an SVG that a chart function returned into a file of its own, which follows the reader's light or dark.
 *
 * @param margin the room around the plot, in pixels
 */
export function standaloneSvg(svg: string, margin = 12): string {
  const style = `<style>:root{color-scheme:light dark;background:var(--surface);${themeDeclarations()}}</style>`;
  return svg.replace(
    /^<svg([^>]*) viewBox="0 0 ([\d.]+) ([\d.]+)" width="[^"]*" height="[^"]*"([^>]*)>/,
    (...parts) => {
      const [, before, width, height, after] = parts as string[];
      const size = [Number(width) + 2 * margin, Number(height) + 2 * margin];
      return (
        `<svg xmlns="http://www.w3.org/2000/svg"${before} viewBox="${-margin} ${-margin} ${size.join(" ")}" ` +
        `width="${size[0]}" height="${size[1]}"${after}>${style}`
      );
    },
  );
}
