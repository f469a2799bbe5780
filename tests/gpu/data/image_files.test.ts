/** Real PNG, JPEG and WebP files, made and decoded by the browser. */
import { describe, expect, test } from "vitest";
import { decodeInBrowser, type ImageDecoder } from "../../../src/data/formats/decode_image.ts";
import { openLane } from "../../../src/data/formats/decode_lane.ts";
import { folderOf, imageFiles } from "../../../src/data/images/image_files.ts";
import { DataError } from "../../../src/errors/errors.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** A picture of bands, from left to right, as a file. */
function picture(width: number, height: number, bands: readonly string[], type = "image/png"): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  bands.forEach((colour, i) => {
    context.fillStyle = colour;
    context.fillRect((i * width) / bands.length, 0, width / bands.length, height);
  });
  return canvas.convertToBlob({ type, quality: 1 });
}

const named = async (name: string, bytes: Blob | Promise<Blob>) => ({ name, bytes: await bytes });

/** The colour at a row and a column of an image. */
function colourAt(
  source: { readonly values: Uint8Array; readonly sampleShape: readonly number[] },
  [image, y, x]: readonly [number, number, number],
): number[] {
  const [height = 0, width = 0, channels = 0] = source.sampleShape;
  const start = ((image * height + y) * width + x) * channels;
  return Array.from(source.values.subarray(start, start + channels));
}

function expectNear(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `${found} for ${wanted}`).toBeLessThanOrEqual(tolerance);
  });
}

describe.each([
  ["image/png", 0],
  ["image/jpeg", 8],
  ["image/webp", 8],
])("%s", (type, tolerance) => {
  test("gives the colours that were drawn", async () => {
    const bytes = await picture(48, 16, ["#c02010", "#10b040", "#2030d0"], type);
    expect(bytes.type).toBe(type);
    const source = await imageFiles([{ name: "bands", bytes }], { size: [16, 48] });
    expect(source).toMatchObject({ count: 1, sampleShape: [16, 48, 3], skipped: [] });
    const colours: Colour[] = [
      [0xc0, 0x20, 0x10],
      [0x10, 0xb0, 0x40],
      [0x20, 0x30, 0xd0],
    ];
    colours.forEach((colour, band) => {
      expectNear(colourAt(source, [0, 8, 16 * band + 8]), colour, tolerance);
    });
  });
});

describe("resizing", () => {
  test("scales the shorter side and crops the longer one on both sides", async () => {
    // Of 90 x 30 pixels the middle 30 x 30 stay: the green band.
    const wide = await named("wide", picture(90, 30, ["#f00", "#0f0", "#00f"]));
    const source = await imageFiles([wide], { size: 10 });
    for (const x of [1, 5, 8]) expectNear(colourAt(source, [0, 5, x]), [0, 255, 0], 2);
    // Of 30 x 90 the middle 30 x 30 stay too, with all bands.
    const tall = await imageFiles([await named("tall", picture(30, 90, ["#f00", "#0f0", "#00f"]))], { size: 15 });
    expectNear(colourAt(tall, [0, 7, 2]), [255, 0, 0], 2);
    expectNear(colourAt(tall, [0, 7, 7]), [0, 255, 0], 2);
    expectNear(colourAt(tall, [0, 7, 12]), [0, 0, 255], 2);
  });

  test("averages what it makes smaller: fine stripes turn grey", async () => {
    const stripes = Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? "#fff" : "#000"));
    const source = await imageFiles(
      [await named("stripes", picture(64, 64, stripes)), await named("dark", picture(8, 8, ["#000"]))],
      {
        size: 8,
        channels: 1,
      },
    );
    for (let x = 1; x < 7; x++) expectNear(colourAt(source, [0, 4, x]), [127], 12);
  });

  test("keeps the files' own size where asked to, and every byte", async () => {
    const source = await imageFiles([await named("own", picture(7, 3, ["#102030", "#fff"]))], { sizes: "same" });
    expect(source.sampleShape).toEqual([3, 7, 3]);
    expect(colourAt(source, [0, 2, 0])).toEqual([0x10, 0x20, 0x30]);
    expect(colourAt(source, [0, 2, 6])).toEqual([255, 255, 255]);
  });
});

test("grey is the luma, and what is transparent comes out black", async () => {
  const grey = await imageFiles([await named("colours", picture(30, 10, ["#f00", "#0f0", "#00f"]))], {
    sizes: "same",
    channels: 1,
  });
  for (const [band, luma] of [76, 150, 29].entries()) expect(colourAt(grey, [0, 5, 10 * band + 5])).toEqual([luma]);
  const clear = await imageFiles([await named("half", picture(8, 4, ["transparent", "#fff"]))], { sizes: "same" });
  expect(colourAt(clear, [0, 2, 1])).toEqual([0, 0, 0]);
  expect(colourAt(clear, [0, 2, 6])).toEqual([255, 255, 255]);
});

describe("files come", () => {
  test("as File, in a folder that is a class", async () => {
    const blob = await picture(4, 4, ["#123456", "#fff"]);
    const files = ["b/1.png", "a/2.png"].map((name) => new File([blob], name, { type: "image/png" }));
    const source = await imageFiles(files, { size: 4, labelOf: folderOf });
    expect(source).toMatchObject({ count: 2, classNames: ["a", "b"], labels: Uint16Array.of(1, 0) });
  });

  test("as bare bytes of every kind, under their place in the list", async () => {
    const blob = await picture(4, 4, ["#123456", "#fff"]);
    const bytes = await blob.arrayBuffer();
    const names: string[] = [];
    const files = [blob, bytes, new Uint8Array(bytes), { name: "named", bytes: new Uint8ClampedArray(bytes) as never }];
    const labelOf = (name: string) => {
      names.push(name);
      return "one";
    };
    const loading = imageFiles(files, { size: 4, labelOf });
    // What the caller does with them meanwhile changes nothing.
    new Uint8Array(bytes).fill(0);
    files.length = 0;
    const source = await loading;
    expect(names).toEqual(["file 1 of 4", "file 2 of 4", "file 3 of 4", "named"]);
    for (let i = 0; i < 4; i++) expectNear(colourAt(source, [i, 2, 0]), [0x12, 0x34, 0x56], 0);
  });

  test("from addresses, of which one doesn't answer", async () => {
    const url = URL.createObjectURL(await picture(4, 4, ["#123456", "#fff"]));
    const missing = new URL("/no-such-image.png", location.href);
    const source = await imageFiles([url, missing], { size: 4, onBad: "skip" });
    expect(source.count).toBe(1);
    expect(source.skipped).toHaveLength(1);
    expect(source.skipped[0]!.name).toBe(missing.href);
    await expect(imageFiles(["http://127.0.0.1:1/nobody.png"], { size: 4 })).rejects.toThrow(DataError);
  });

  test("from a folder, with those inside it, by path", async () => {
    // The browser's private file system has the same interface as a folder that the user picks.
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("pictures", { create: true });
    const write = async (parent: FileSystemDirectoryHandle, name: string, content: Blob) => {
      const writable = await (await parent.getFileHandle(name, { create: true })).createWritable();
      await writable.write(content);
      await writable.close();
    };
    await write(
      await folder.getDirectoryHandle("cats", { create: true }),
      "2.png",
      await picture(4, 4, ["#111", "#fff"]),
    );
    await write(
      await folder.getDirectoryHandle("ants", { create: true }),
      "1.webp",
      await picture(4, 4, ["#222", "#fff"], "image/webp"),
    );
    await write(folder, "notes.txt", new Blob(["no image"]));
    const source = await imageFiles(folder, { size: 4, channels: 1, labelOf: folderOf });
    expect(source).toMatchObject({ count: 2, classNames: ["ants", "cats"], labels: Uint16Array.of(0, 1) });
    expectNear(colourAt(source, [1, 0, 0]), [0x11], 0);
    await expect(imageFiles(await root.getDirectoryHandle("empty", { create: true }), { size: 4 })).rejects.toThrow(
      'The folder "empty" has no images',
    );
    await root.removeEntry("pictures", { recursive: true });
  });
});

describe("bad files", () => {
  const files = async () => {
    const png = await picture(16, 16, ["#333", "#ccc"]);
    return [
      { name: "good.png", bytes: png },
      { name: "cut.png", bytes: png.slice(0, 40) },
      { name: "page.png", bytes: new Blob(["<!doctype html><p>404"]) },
      { name: "empty.png", bytes: new Blob([]) },
      { name: "noise.jpg", bytes: Uint8Array.from({ length: 300 }, (_, i) => (i * 97) % 256) },
      { name: "also-good.png", bytes: png },
    ];
  };

  test("are named in an error", async () => {
    await expect(imageFiles(await files(), { size: 8 })).rejects.toThrow(
      /the file "cut.png" can't be used: it doesn't decode \(.+\); it looks like a PNG image/,
    );
  });

  test("are skipped, each with a reason", async () => {
    const source = await imageFiles(await files(), { size: 8, onBad: "skip" });
    expect(source.count).toBe(2);
    expect(source.skipped.map(({ name }) => name)).toEqual(["cut.png", "page.png", "empty.png", "noise.jpg"]);
    expect(source.skipped[1]!.reason).toMatch(/it looks like a web page/);
    expect(source.skipped[2]!.reason).toBe("it is empty");
  });
});

describe("a worker", () => {
  const bytes = async () => new Uint8Array(await (await picture(12, 8, ["#246", "#fff", "#f80"])).arrayBuffer());

  test("decodes the same bytes as this thread", async () => {
    const lane = openLane()!;
    expect(lane.decode).not.toBe(decodeInBrowser);
    const png = await bytes();
    expect(await lane.decode(png, [4, 4], 3)).toEqual(await decodeInBrowser(png, [4, 4], 3));
    // The caller keeps the bytes.
    expect(png.length).toBeGreaterThan(0);
    lane.close();
  });

  test("that can't be had is done without", async () => {
    const original = globalThis.Worker;
    const decodeWith = async (worker: unknown) => {
      globalThis.Worker = worker as typeof Worker;
      try {
        const lane = openLane()!;
        const image = await lane.decode(await bytes(), [4, 4], 3);
        lane.close();
        return image;
      } finally {
        globalThis.Worker = original;
      }
    };
    const expected = await decodeInBrowser(await bytes(), [4, 4], 3);
    expect(await decodeWith(undefined)).toEqual(expected);
    const forbidden = () => {
      throw new DOMException("refused by the page's policy", "SecurityError");
    };
    expect(await decodeWith(forbidden)).toEqual(expected);
    const broken = new Blob(["throw new Error('broken')"], { type: "text/javascript" });
    expect(await decodeWith(() => new original(URL.createObjectURL(broken)))).toEqual(expected);
  });

  test("that hangs costs one image and its time, and the next ones are decoded", async () => {
    const good = await bytes();
    const hangs: ImageDecoder = (given, size, channels) =>
      given.length === 1 ? new Promise(() => undefined) : decodeInBrowser(given, size, channels);
    const source = await imageFiles(
      [
        { name: "hangs", bytes: Uint8Array.of(1) },
        { name: "good", bytes: good },
      ],
      { size: 4, decode: hangs, timeoutMilliseconds: 300, onBad: "skip", concurrency: 1 },
    );
    expect(source).toMatchObject({ count: 1, skipped: [{ name: "hangs", reason: "it takes more than 300 ms" }] });
  });
});

test("a thousand files are decoded in a few seconds", async () => {
  const png = await picture(64, 48, ["#135", "#9bd", "#fff"]);
  const started = performance.now();
  const source = await imageFiles(
    Array.from({ length: 1000 }, (_, i) => ({ name: `${i}.png`, bytes: png })),
    { size: 32 },
  );
  expect(source).toMatchObject({ count: 1000, sampleShape: [32, 32, 3] });
  expect(performance.now() - started).toBeLessThan(30_000);
});
