import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { themeColours, themeDeclarations } from "../../../../apps/charts/theme.ts";

const styleSheet = readFileSync(new URL("../../../../apps/shared/style.css", import.meta.url), "utf8");

/** Red, green and blue from 0 to 1, in linear light. */
function linear(hex: string): [number, number, number] {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** The contrast ratio of WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

const themes = [
  ["light", 0],
  ["dark", 1],
] as const;

describe("the stylesheet", () => {
  test("declares the colours that plots fall back on", () => {
    for (const declaration of themeDeclarations().split("\n")) expect(styleSheet).toContain(`  ${declaration}\n`);
  });

  test("asks for nothing from elsewhere", () => {
    expect(styleSheet).not.toMatch(/@import|url\(|https?:/);
  });

  test("lets a page override the reader's theme", () => {
    for (const [theme] of themes) expect(styleSheet).toContain(`:root[data-theme="${theme}"]`);
  });
});

describe.each(themes)("the %s theme", (_, index) => {
  const surface = themeColours.surface[index];

  test("has text of a contrast of at least 4.5 on a card", () => {
    for (const role of ["text", "muted", "serious"] as const) {
      expect(contrast(themeColours[role][index], surface), role).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("has lines of a contrast of at least 3 on a card", () => {
    for (const [role, shades] of Object.entries(themeColours)) {
      if (role.startsWith("series-")) expect(contrast(shades[index], surface), role).toBeGreaterThanOrEqual(3);
    }
  });

  test("has heat levels that move steadily away from the card", () => {
    const levels = Object.entries(themeColours).filter(([role]) => role.startsWith("heat-"));
    const contrasts = levels.map(([, shades]) => contrast(shades[index], surface));
    expect(contrasts).toEqual([...contrasts].sort((a, b) => a - b));
  });

  /** Viénot, Brettel and Mollon 1999, for readers without the receptor for red (protan) or green (deutan). */
  test("keeps all series apart for colour-blind readers", () => {
    const seen = {
      protan: ([red, green, blue]: readonly number[]) => [0.11 * red! + 0.89 * green!, blue! + 0.004 * (red! - green!)],
      deutan: ([red, green, blue]: readonly number[]) => [0.29 * red! + 0.71 * green!, blue! - 0.022 * (red! - green!)],
    };
    const series = ([1, 2, 3, 4, 5, 6, 7, 8] as const).map((number) => linear(themeColours[`series-${number}`][index]));
    for (const view of Object.values(seen)) {
      // Cube roots make equal distances about equally visible.
      const places = series.map((rgb) => view(rgb).map((value) => Math.cbrt(Math.max(0, value))));
      for (const [first, a] of places.entries()) {
        for (const b of places.slice(first + 1)) {
          expect(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)).toBeGreaterThan(0.11);
        }
      }
    }
  });
});
