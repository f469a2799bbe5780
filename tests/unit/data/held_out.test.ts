/** A part of a finite data set that no training draws. */
import { describe, expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { holdOut } from "../../../src/data/held_out.ts";
import { augment } from "../../../src/data/images/augment.ts";
import { images } from "../../../src/data/images/images.ts";
import { labelled } from "../../../src/data/images/labelled.ts";
import { points } from "../../../src/data/points/points.ts";

const line = (count: number) => Array.from({ length: count }, (_, i) => [i, -i]);
const pictures = (count: number) =>
  images({ values: Uint8Array.from({ length: 4 * count }, (_, i) => i % 251), shape: [count, 2, 2] });

describe("holdOut", () => {
  test.each([
    [100, undefined, 20],
    [2_000, undefined, 256],
    [10_000, undefined, 500],
    [100_000, undefined, 1024],
    [100, 0.1, 10],
    [3, 0.9, 2],
    [2, 0.1, 1],
  ])("of %d points with the share %s leaves out %d", (count, share, held) => {
    const source = holdOut(points(line(count)), share === undefined ? {} : { share });
    expect(source.count).toBe(count - held);
    expect(source).toMatchObject({ sampleShape: [2], name: "points" });
  });

  test("parts the same samples the same way, each in one part alone, with their labels", async () => {
    const parted = holdOut(pictures(50), { share: 0.2 });
    const again = holdOut(pictures(50), { share: 0.2 });
    const other = holdOut(pictures(50), { share: 0.3 });
    expect(await parted.digest?.()).toBe(await again.digest?.());
    expect(await parted.digest?.()).not.toBe(await other.digest?.());
    const source = pictures(50);
    const seen: number[] = [];
    const classes = labelled(
      source,
      Array.from({ length: 50 }, (_, i) => i),
    );
    const part = holdOut(classes, { share: 0.2 }) as ReturnType<typeof pictures>;
    part.labels?.forEach((label, i) => {
      seen.push(label);
      expect([...part.values.subarray(4 * i, 4 * i + 4)]).toEqual([
        ...source.values.subarray(4 * label, 4 * label + 4),
      ]);
    });
    expect(new Set(seen).size).toBe(40);
    expect(part.classes).toBe(50);
  });

  test("keeps what changes images", () => {
    expect(holdOut(augment(pictures(50), { flip: true }), { share: 0.2 }).count).toBe(40);
  });

  test("is told why it can't", () => {
    expect(() => holdOut(gaussianRing())).toThrow("draws ever new samples");
    expect(() => holdOut(points(line(1)))).toThrow("a part needs at least two");
    expect(() => holdOut(points(line(9)), { share: 1 })).toThrow("share is 1; give a number above 0 and below 1");
    expect(() => holdOut(holdOut(points(line(9))))).toThrow("can't be parted");
    expect(() => labelled(holdOut(points(line(9))), new Array(8).fill(0))).toThrow("takes no labels");
  });
});
