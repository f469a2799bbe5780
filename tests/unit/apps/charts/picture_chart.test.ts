import { io } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { pictureChart } from "../../../../apps/charts/charts.ts";
import { picturesIn } from "../../io/decode_png.ts";
import { brokenNumbers, textsOf } from "../fixtures.ts";

const labels = { title: "Samples", description: "Images." };
const picture = (...values: (number | null)[]) => io.imageGrid(values, [values.length, 1, 1, 1], { columns: 4 });

describe("a picture chart", () => {
  test("carries each row's pixels, its label and its captions", async () => {
    const rows = [
      { picture: picture(-1, 1), label: "100", captions: ["near", ""] },
      { picture: picture(0), label: "2,000" },
    ];
    const svg = await pictureChart({ ...labels, rows, labelTitle: "step" });
    const [first, second] = picturesIn(svg);
    expect(first![0]!.slice(0, 3)).toEqual([
      [0, 0, 0, 255],
      [0, 0, 0, 0],
      [255, 255, 255, 255],
    ]);
    expect(second![0]![0]).toEqual([128, 128, 128, 255]);
    expect(textsOf(svg)).toEqual(["Samples", "step", "100", "near", "2,000"]);
    expect(brokenNumbers(svg)).toEqual([]);
  });

  test("has a name, a description and a role for readers who can't see it", async () => {
    const svg = await pictureChart({ ...labels, rows: [{ picture: picture(0) }] });
    expect(svg).toMatch(/^<svg class="chart" role="img"/);
    expect(svg).toContain("<title>Samples</title><desc>Images.</desc>");
  });

  test("counts the broken pixels of all rows", async () => {
    const rows = [{ picture: picture(null, 0) }, { picture: picture(Number.NaN) }];
    expect(await pictureChart({ ...labels, rows })).toContain("2 pixels are not finite (shown in red)");
    expect(await pictureChart({ ...labels, rows: rows.slice(1) })).toContain("1 pixel is not finite");
  });
});
