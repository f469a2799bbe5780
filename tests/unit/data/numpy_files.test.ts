/** Points and images from files of NumPy's. */
import { describe, expect, test } from "vitest";
import { images } from "../../../src/data/images/images.ts";
import { points } from "../../../src/data/points/points.ts";
import { readImages } from "../../../src/data/tables/read_images.ts";
import { readPoints } from "../../../src/data/tables/read_points.ts";
import { DataError, OptionError, SaddlepointError } from "../../../src/errors/errors.ts";
import { writeNpy } from "../../../src/io/numpy/npy.ts";
import { writeNpz } from "../../../src/io/numpy/npz.ts";
import { writeZip } from "../../../src/io/zip/write.ts";
import { createRng } from "../../reference/rng.ts";

/** A .npy file of any header, as np.save lays it out. */
function npy(descr: string, shape: readonly number[], bytes: Uint8Array, isFortran = false): Uint8Array<ArrayBuffer> {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const header = `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': ${tuple}, }`.padEnd(
    117,
  );
  const start = [0x93, ...[..."NUMPY"].map((letter) => letter.charCodeAt(0)), 1, 0, 118, 0];
  return Uint8Array.from([...start, ...new TextEncoder().encode(`${header}\n`), ...bytes]);
}

const bytesOf = (values: Float64Array | BigInt64Array | Int8Array | Float32Array) => new Uint8Array(values.buffer);
const array = (values: readonly number[], ...shape: readonly number[]) => ({
  shape,
  values: Float32Array.from(values),
});

describe("points", () => {
  test("from an array, of any width of numbers", async () => {
    const doubles = npy("<f8", [2, 2], bytesOf(Float64Array.of(1, 2, 3, -4.5)));
    expect(await readPoints(doubles, { name: "mine" })).toEqual({
      name: "mine",
      values: Float32Array.of(1, 2, 3, -4.5),
      dimensions: 2,
    });
    const wholes = npy("<i8", [3, 1], bytesOf(BigInt64Array.of(1n, 2n, 2n ** 40n)));
    expect(await readPoints(wholes)).toMatchObject({ dimensions: 1, values: Float32Array.of(1, 2, 2 ** 40) });
  });

  test("from an array that lies column by column, as pandas saves it", async () => {
    const file = npy("<f8", [3, 2], bytesOf(Float64Array.of(1, 2, 3, 10, 20, 30)), true);
    expect([...(await readPoints(file)).values]).toEqual([1, 10, 2, 20, 3, 30]);
  });

  test("with a column of classes", async () => {
    const read = await readPoints(writeNpy(array([1, 2, 7, 3, 4, 5], 2, 3)), { labels: -1 });
    expect(read).toMatchObject({ dimensions: 2, labels: Uint16Array.of(1, 0), classNames: ["5", "7"] });
    expect([...read.values]).toEqual([1, 2, 3, 4]);
  });

  const labels = { shape: [2], values: Int32Array.of(1, -1) };
  test.each<[string, Record<string, Parameters<typeof writeNpy>[0]>, object]>([
    ["samples and labels", { samples: array([1, 2, 3, 4], 2, 2), labels }, {}],
    ["points and y", { points: array([1, 2, 3, 4], 2, 2), y: labels }, {}],
    ["X and y", { y: labels, X: array([1, 2, 3, 4], 2, 2) }, {}],
    ["parts of a set", { x_test: array([9, 9], 1, 2), y_train: labels, x_train: array([1, 2, 3, 4], 2, 2) }, {}],
    ["one array beside the labels", { mine: array([1, 2, 3, 4], 2, 2), classes: labels }, { labels: "classes" }],
    ["what is chosen", { a: array([1, 2, 3, 4], 2, 2), b: labels, c: labels }, { array: "a", labels: "b" }],
    ["labels [N, 1]", { x: array([1, 2, 3, 4], 2, 2), y: { ...labels, shape: [2, 1] } }, {}],
  ])("from an archive: %s", async (_, arrays, options) => {
    const read = await readPoints(writeNpz(arrays), options);
    expect([...read.values]).toEqual([1, 2, 3, 4]);
    expect(read).toMatchObject({ labels: Uint16Array.of(1, 0), classNames: ["-1", "1"] });
    expect(points(read)).toMatchObject({ count: 2, classes: 2 });
  });

  test("from an archive with the only array, and from one in which others are no numbers", async () => {
    expect([...(await readPoints(writeNpz({ arr_0: array([1, 2], 1, 2) }))).values]).toEqual([1, 2]);
    const mixed = writeZip({ "meta.npy": npy("|O", [1], Uint8Array.of(128)), "x.npy": writeNpy(array([1, 2], 1, 2)) });
    expect([...(await readPoints(mixed)).values]).toEqual([1, 2]);
  });

  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ["a row of numbers", writeNpy(array([1, 2, 3, 4], 4)), /has the shape \[4\]; save one row a point/],
    ["images", writeNpy(array(Array(8).fill(0), 2, 2, 2)), /\[2, 2, 2\].*for images there is readImages/],
    ["nothing", writeNpy(array([], 0, 2)), /\[0, 2\]: no points/],
    ["NaN", writeNpy(array([1, 2, 3, Number.NaN], 2, 2)), /row 1, column 1 is NaN/],
    ["objects", npy("|O", [1, 2], Uint8Array.of(128)), /the type is "\|O"/],
    ["what f32 can't hold", npy("<f8", [1, 2], bytesOf(Float64Array.of(1, 1e300))), /1e\+300, beyond the range/],
    [
      "times",
      npy("<f8", [3, 2], bytesOf(Float64Array.of(1.7e9, 0, 1.7e9 + 1, 1, 1.7e9 + 2, 2))),
      /coordinate 0 lies around/,
    ],
    ["labels for others", writeNpz({ x: array([1, 2], 1, 2), y: array([1, 2, 3], 3) }), /3 labels for 1 points/],
    [
      "labels for each class",
      writeNpz({ x: array([1, 2], 1, 2), y: array([0, 1], 1, 2) }),
      /labels has the shape \[1, 2\]/,
    ],
  ])("are refused: %s", async (_, file, says) => {
    await expect(readPoints(file)).rejects.toThrow(says);
    await expect(readPoints(file)).rejects.toThrow(DataError);
  });

  test.each<[Uint8Array<ArrayBuffer>, object, RegExp]>([
    [writeNpz({ a: array([1, 2], 1, 2), b: array([1, 2], 1, 2) }), {}, /has these arrays: a, b; say which/],
    [writeNpz({ a: array([1, 2], 1, 2) }), { array: "z" }, /no array "z" for `array`; it has these arrays: a/],
    [writeNpz({ a: array([1, 2], 1, 2) }), { labels: "z" }, /no array "z" for `labels`/],
    [writeNpz({}), {}, /has no arrays/],
    [writeNpy(array([1, 2], 1, 2)), { labels: "y" }, /an array has no column "y"; give its index/],
    [writeNpy(array([1, 2], 1, 2)), { array: "y" }, /this is no \.npz file/],
    [writeNpy(array([1, 2], 1, 2)), { header: true }, /are about text/],
    [writeNpy(array([1, 2], 1, 2)), { columns: [2] }, /there is no column 2; there are 2/],
  ])("as are choices", async (file, options, says) => {
    await expect(readPoints(file, options)).rejects.toThrow(says);
    await expect(readPoints(file, options)).rejects.toThrow(OptionError);
  });
});

describe("images", () => {
  const ramp = Uint8Array.from({ length: 16 }, (_, i) => i * 17);

  test("bytes are what they are", async () => {
    const read = await readImages(writeNpy({ shape: [1, 4, 4], values: ramp }));
    expect(read).toEqual({ name: "images", shape: [1, 4, 4], values: ramp });
    expect(images(read)).toMatchObject({ count: 1, sampleShape: [4, 4, 1], values: ramp });
  });

  test.each<[string, (byte: number) => number]>([
    ["[0, 1]", (byte) => byte / 255],
    ["[-1, 1]", (byte) => byte / 127.5 - 1],
    ["[0, 255]", (byte) => byte],
    ["less than the whole of [-1, 1]", (byte) => byte / 510 - 0.1],
  ])("numbers of %s", async (name, scale) => {
    const read = await readImages(writeNpy({ shape: [1, 4, 4], values: Float32Array.from(ramp, scale) }));
    const { values } = images(read);
    if (name.startsWith("[")) expect([...values]).toEqual([...ramp]);
    else expect(read.range).toEqual([-1, 1]);
  });

  test("a range that is given, and numbers outside of the usual ones", async () => {
    const file = writeNpy({ shape: [1, 4, 4], values: Float32Array.from(ramp, (byte) => byte * 4) });
    await expect(readImages(file).then(images)).rejects.toThrow(/1020|outside of the range/);
    expect([...images(await readImages(file, { range: [0, 1020] })).values]).toEqual([...ramp]);
  });

  test("with classes, from an archive", async () => {
    const archive = writeNpz({
      x_train: { shape: [2, 4, 2], values: ramp },
      y_train: { shape: [2], values: Int32Array.of(4, 2) },
    });
    const source = images(await readImages(archive));
    expect(source).toMatchObject({
      sampleShape: [4, 2, 1],
      classes: 2,
      classNames: ["2", "4"],
      labels: Uint16Array.of(1, 0),
    });
  });

  test("with planes of channels, as PyTorch has them", async () => {
    const read = await readImages(
      writeNpy({ shape: [1, 3, 2, 2], values: Uint8Array.from({ length: 12 }, (_, i) => i) }),
    );
    expect(read.shape).toEqual([1, 2, 2, 3]);
    expect([...read.values]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
  });

  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ["points", writeNpy(array([1, 2], 1, 2)), /\[1, 2\]; save images as .*readPoints/],
    ["text", new TextEncoder().encode("x,y\n1,2"), /no NumPy file/],
    ["none", writeNpy(array([], 0, 2, 2)), /no images/],
    ["labels of others", writeNpz({ images: array([1, 2], 1, 1, 2), y: array([1, 2], 2) }), /2 labels for 1 images/],
  ])("are refused: %s", async (_, file, says) => {
    await expect(readImages(file)).rejects.toThrow(says);
    await expect(readImages(file)).rejects.toThrow(DataError);
  });
});

test("2,000 damaged files are read, or refused with a sentence", async () => {
  const rng = createRng("files of numbers");
  const whole = [
    writeNpy(array([1, 2, 3, 4, 5, 6], 3, 2)),
    writeNpz({ samples: array([1, 2, 3, 4], 2, 2), labels: { shape: [2], values: Int32Array.of(0, 1) } }),
    npy("<f8", [2, 2], bytesOf(Float64Array.of(1, 2, 3, 4)), true),
    new TextEncoder().encode('x,y,"label"\n1,2,a\n# a comment\n3.5;4e1,b\r\n"5",6,a\n'),
  ];
  let refused = 0;
  for (let i = 0; i < 2_000; i++) {
    const file = rng.pick(whole).slice();
    for (let change = rng.integer(1, 3); change > 0; change--) {
      file[rng.integer(0, file.length - 1)] = rng.integer(0, 255);
    }
    const given = rng.chance(0.2) ? file.slice(0, rng.integer(0, file.length)) : file;
    for (const read of [readPoints(given).then(points), readImages(given).then(images)]) {
      await read.catch((error: unknown) => {
        expect(error).toBeInstanceOf(SaddlepointError);
        refused++;
      });
    }
  }
  expect(refused).toBeGreaterThan(2_500);
  expect(refused).toBeLessThan(4_000);
}, 60_000);
