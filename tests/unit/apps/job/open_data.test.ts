import { describe, expect, test } from "vitest";
import { isImageSource, openData } from "../../../../apps/job/images/open_data.ts";

const url = (bytes: Uint8Array | readonly number[]) =>
  `data:application/octet-stream;base64,${Buffer.from(bytes).toString("base64")}`;

/** Two grey images of 2 x 3 pixels. */
const idx = url([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...Array.from({ length: 12 }, (_, i) => 10 + i)]);
const idxLabels = url([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]);

describe("openData", () => {
  test("opens an IDX file with its classes", async () => {
    const { source, classNames } = await openData({ kind: "idx", url: idx, labelsUrl: idxLabels, name: "digits" });
    expect(isImageSource(source)).toBe(true);
    expect(source).toMatchObject({ sampleShape: [2, 3, 1], count: 2 });
    expect(classNames).toEqual(["0", "1"]);
  });

  test("frames images that are smaller than asked for", async () => {
    const { source } = await openData({ kind: "idx", url: idx, labelsUrl: idxLabels, name: "digits" }, 4);
    expect(source.sampleShape).toEqual([4, 4, 1]);
    if (!isImageSource(source)) throw new Error("not images");
    expect([...source.values.subarray(0, 16)]).toEqual([0, 0, 0, 0, 10, 11, 12, 0, 13, 14, 15, 0, 0, 0, 0, 0]);
    expect([...(source.labels ?? [])]).toEqual([1, 0]);
  });

  test("does not cut images off", async () => {
    await expect(openData({ kind: "idx", url: idx, name: "digits" }, 2)).rejects.toThrow(/2 x 3 pixels/);
  });

  test("refuses images that no picture can show, before the training", async () => {
    const twoChannels = url([0, 0, 8, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9]);
    await expect(openData({ kind: "idx", url: twoChannels, name: "pairs" })).rejects.toThrow(/pairs have 2 channels/);
  });

  test("opens CIFAR-10, with names for its classes", async () => {
    const record = Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? 3 : i % 256));
    const { source, classNames } = await openData({ kind: "cifar10", urls: [url(record)], name: "cifar" });
    expect(source).toMatchObject({ sampleShape: [32, 32, 3], count: 1 });
    expect(classNames[3]).toBe("cat");
  });

  test("generates images of the size asked for", async () => {
    const { source, classNames } = await openData({ kind: "images", name: "glyphs" }, 32);
    expect(source.sampleShape).toEqual([32, 32, 1]);
    expect(classNames).toHaveLength(10);
  });

  test("gives points no classes", async () => {
    const { source, classNames } = await openData({ kind: "set", name: "ring" });
    expect(isImageSource(source)).toBe(false);
    expect(classNames).toEqual([]);
  });

  test("says what could not be loaded", async () => {
    await expect(openData({ kind: "idx", url: "data:,x", name: "digits" })).rejects.toThrow(/digits/);
  });
});
