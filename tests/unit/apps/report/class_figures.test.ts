import { describe, expect, test } from "vitest";
import { classFigures } from "../../../../apps/report/class_figures.ts";
import type { ClassSamples, RunReport } from "../../../../apps/report/run_report.ts";

const figuresOf = (classSamples?: ClassSamples) => classFigures({ classSamples } as RunReport);

describe("samples by class", () => {
  test("of images are a row for each class, with its name beside it", async () => {
    const row = Array.from({ length: 3 * 4 }, (_, i) => Math.sin(i));
    const [figure, ...others] = await figuresOf({
      names: ["cat", "<dog>"],
      rows: [row, row],
      shape: [3, 2, 2, 1],
    });
    expect(others).toEqual([]);
    expect(figure?.svg.match(/<image /g)).toHaveLength(2);
    expect(figure?.svg).toContain(">cat</text>");
    expect(figure?.svg).toContain(">&lt;dog&gt;</text>");
  });

  test("of points are one plot, with what share is near its own mode", async () => {
    const [figure] = await figuresOf({
      names: ["0", "1"],
      rows: [
        [0, 0, 1, 1],
        [2, 2, null, 3],
      ],
      shape: [2, 2],
      accuracy: 0.75,
      note: "Conditional accuracy 0.75 (95 % interval 0.3 to 0.95, Wilson) of 4 samples; classes 2.",
    });
    expect(figure?.caption).toContain("0.75 (95 % interval 0.3 to 0.95, Wilson) of 4 samples, by the nearest mode.");
    expect(figure?.svg).not.toContain("NaN");
  });

  test("are nothing where networks are not told the class", async () => {
    expect(await figuresOf()).toEqual([]);
  });
});
