/** What users give as numbers: every kind of array is converted by value, and what is no number is named with its place. */
import { describe, expect, test } from "vitest";
import { images } from "../../../src/data/images/images.ts";
import { inspectImages } from "../../../src/data/images/inspect_images.ts";
import type { NestedNumbers } from "../../../src/data/numbers.ts";
import { points } from "../../../src/data/points/points.ts";
import type { DataSource } from "../../../src/data/source.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { SaddlepointError } from "../../../src/errors/errors.ts";

/** What a source puts on the GPU. */
function uploaded(source: DataSource): number[] {
  let written: ArrayLike<number> = [];
  const state = { write: (values: ArrayLike<number>) => (written = values), destroy: () => undefined };
  const limits = { maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 20 };
  source.prepare({ limits, state: () => state, read: () => ({}) } as unknown as Engine);
  return Array.from(written);
}

const kinds: Readonly<Record<string, (values: number[]) => NestedNumbers>> = {
  "a plain array": (values) => values,
  Float32Array: (values) => Float32Array.from(values),
  Float64Array: (values) => Float64Array.from(values),
  Int8Array: (values) => Int8Array.from(values),
  Int16Array: (values) => Int16Array.from(values),
  Int32Array: (values) => Int32Array.from(values),
  Uint8Array: (values) => Uint8Array.from(values),
  Uint8ClampedArray: (values) => Uint8ClampedArray.from(values),
  Uint16Array: (values) => Uint16Array.from(values),
  Uint32Array: (values) => Uint32Array.from(values),
  "a view into a buffer": (values) => Float64Array.from([9, ...values, 9]).subarray(1, 1 + values.length),
};
const isSigned = (kind: string) => !kind.startsWith("Uint");
const holdsFractions = (kind: string) => !/[Ii]nt/.test(kind);

describe.each(Object.entries(kinds))("%s of numbers", (kind, make) => {
  test("is points, flat or one array a point", () => {
    expect(uploaded(points({ values: make([1, 2, 3, 4, 5, 6]), dimensions: 3 }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(uploaded(points({ values: make([1, 2, 3, 4]) }))).toEqual([1, 2, 3, 4]);
    const nested = [make([1, 2, 3]), make([4, 5, 6])];
    expect(uploaded(points({ values: nested }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(uploaded(points(nested as readonly Float32Array[]))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  const bytes = [0, 127, 100, 3];
  test("is images of a stated range, of bytes where it is 0 to 255", () => {
    expect(uploaded(images({ values: make(bytes), shape: [1, 2, 2], range: [0, 255] }))).toEqual(bytes);
    expect(uploaded(images({ values: make([0, 100, 50, 25]), shape: [1, 2, 2], range: [0, 100] }))).toEqual([
      0, 255, 128, 64,
    ]);
    const nested = [[make([0, 127]), make([100, 3])]];
    expect(uploaded(images({ values: nested, range: [0, 255] }))).toEqual(bytes);
    // A negative picture.
    expect(uploaded(images({ values: make([0, 1, 1, 0]), shape: [1, 2, 2], range: [1, 0] }))).toEqual([255, 0, 0, 255]);
  });

  test("is images of a range that it fills", () => {
    // What a type can't hold is not tried.
    if (kind !== "Int8Array") {
      expect(uploaded(images({ values: make([0, 255, 128, 7]), shape: [1, 2, 2] }))).toEqual([0, 255, 128, 7]);
    }
    if (!/^Uint8/.test(kind)) {
      expect(uploaded(images({ values: make([0, 1, 1, 0]), shape: [1, 2, 2] }))).toEqual([0, 255, 255, 0]);
    }
    if (isSigned(kind)) {
      expect(uploaded(images({ values: make([-1, 1, 0, -1]), shape: [1, 2, 2] }))).toEqual([0, 255, 128, 0]);
    }
    if (holdsFractions(kind)) {
      expect(uploaded(images({ values: make([0.1, 0.8, 0.5, 0.2]), shape: [1, 2, 2] }))).toEqual([26, 204, 128, 51]);
      expect(uploaded(images({ values: make([-0.5, 0.5, 0, 0.1]), shape: [1, 2, 2] }))).toEqual([64, 191, 128, 140]);
    }
  });

  test("is never guessed to be of a range", () => {
    if (/^Uint8/.test(kind)) return;
    // Of a scale from 0 to 16, or of nearly black bytes; none of both is sure.
    expect(() => images({ values: make([0, 16, 3, 1]), shape: [1, 2, 2] })).toThrow(
      /the values are numbers from 0 to 16; give their range: \[black, white\], such as \[0, 1\]/,
    );
  });

  test("is copied where it enters", () => {
    for (const source of [
      (values: NestedNumbers) => points({ values }),
      (values: NestedNumbers) => images({ values, shape: [1, 2, 2] }),
    ]) {
      const values = make([0, 1, 0, 1]) as number[];
      const made = source(values);
      const before = uploaded(made);
      values[0] = 1;
      expect(uploaded(made)).toEqual(before);
    }
  });

  test("is inspected like it is trained on", () => {
    const values = make(Array.from({ length: 160 }, (_, i) => (i * 37) % 101));
    expect(inspectImages({ values, shape: [10, 4, 4], range: [0, 100] }, { batchSize: 1 })).toEqual([]);
  });
});

test("labels, shapes and modes are copied too", () => {
  const [labels, shape] = [
    [0, 1],
    [2, 1, 2],
  ];
  const source = images({ values: Uint8Array.of(0, 1, 2, 255), shape, labels });
  labels[0] = 7;
  shape[1] = 9;
  expect(source).toMatchObject({ count: 2, sampleShape: [1, 2, 1], labels: Uint16Array.of(0, 1) });
  expect(() => (source.sampleShape as number[]).push(1)).toThrow();
  const modes = { centers: [[0, 0]], standardDeviation: 1 };
  const planar = points({ values: [[1, 2]], modes });
  modes.centers[0]![0] = 5;
  expect(planar.modes?.centers).toEqual([[0, 0]]);
});

/** Not numbers, and what the error calls them. */
const wrong: readonly (readonly [unknown, RegExp])[] = [
  [null, /is null/],
  [undefined, /is undefined/],
  ["", /is ""/],
  ["12", /is "12"/],
  [true, /is true/],
  [1n, /is the bigint 1n/],
  [{}, /is an object/],
  [[1], /is \[1\]/],
  [new Date(0), /is a Date/],
  [Promise.resolve(1), /is a promise \(await it first\)/],
];

describe.each(wrong)("%o for a number", (value, message) => {
  const asNumbers = (values: unknown) => values as number[];
  test.each<[string, () => unknown, RegExp]>([
    [
      "in points",
      () =>
        points({
          values: asNumbers([
            [1, 2],
            [3, value],
          ]),
        }),
      /coordinate 1 of point 1 is/,
    ],
    ["in flat points", () => points({ values: asNumbers([1, 2, 3, value]) }), /point 3 is/],
    ["in images", () => images({ values: asNumbers([0, 1, 1, value]), shape: [1, 2, 2] }), /values\[3\] is/],
    [
      "in nested images",
      () =>
        images({
          values: asNumbers([
            [
              [0, 1],
              [1, value],
            ],
          ]),
        }),
      /values\[0\]\[1\]\[1\] is/,
    ],
    [
      "in images to inspect",
      () => inspectImages({ values: asNumbers([0, 1, 1, value]), shape: [1, 2, 2] }),
      /values\[3\] is/,
    ],
  ])("%s", (_, act, place) => {
    expect(act).toThrow(SaddlepointError);
    expect(act).toThrow(message);
    expect(act).toThrow(place);
  });
});

describe("for all values", () => {
  const given: readonly (readonly [unknown, RegExp])[] = [
    ...wrong.filter(([value]) => !Array.isArray(value)),
    [5, /is 5/],
    [new ArrayBuffer(8), /is a ArrayBuffer|is an ArrayBuffer/],
    [new DataView(new ArrayBuffer(8)), /is a DataView of 8/],
    [BigInt64Array.of(1n, 2n), /is a BigInt64Array of 2/],
    [new Set([1]), /is a Set/],
    [() => 1, /is a function/],
  ];
  test.each(given)("%o", (values, message) => {
    for (const act of [
      () => points({ values: values as number[] }),
      () => images({ values: values as number[], shape: [1, 2, 2] }),
      () => inspectImages({ values: values as number[], shape: [1, 2, 2] }),
    ]) {
      expect(act).toThrow(SaddlepointError);
      expect(act).toThrow(message);
    }
  });

  test("an array that holds itself", () => {
    const values: unknown[] = [];
    values.push(values);
    expect(() => points({ values: values as number[] })).toThrow(SaddlepointError);
    expect(() => images({ values: values as number[] })).toThrow(SaddlepointError);
  });

  test.each([
    [undefined, /shape is undefined; give \[N, H, W\]/],
    ["1x2x2", /shape is "1x2x2"/],
    [4, /shape is 4/],
    [["1", "2", "2"], /is not a shape of images/],
  ])("a shape that is %o", (shape, message) => {
    expect(() => images({ values: [0, 1, 1, 0], shape: shape as never })).toThrow(message);
  });

  test.each([
    [[1, 1], /range is \[1, 1\]; give \[black, white\]/],
    [[0], /range is \[0\]/],
    [[0, Number.NaN], /range is \[0, NaN\]/],
    ["0-1", /range is "0-1"/],
  ])("a range that is %o", (range, message) => {
    expect(() => images({ values: [0, 1, 1, 0], shape: [1, 2, 2], range: range as [number, number] })).toThrow(message);
  });

  test("a value outside of the range, or that is no number of it", () => {
    const act = (value: number) => () => images({ values: [0, 1, value, 0], shape: [1, 2, 2], range: [0, 1] });
    expect(act(1.1)).toThrow("images: the value at 2 is 1.1, outside of the range from 0 to 1");
    expect(act(Number.NaN)).toThrow("the value at 2 is NaN");
    expect(() => images({ values: [0, Number.NaN, 1, 0], shape: [1, 2, 2] })).toThrow("the value at 1 is NaN");
    // What rounds to a byte of the range is of it: a sum of weights may be off in its last place.
    expect(act(1.0000001)).not.toThrow();
  });

  test("arrays of unequal lengths", () => {
    expect(() => images({ values: [[[0, 1], [1]]] })).toThrow("values[0][1] has 1 elements, the first one 2");
    expect(() =>
      images({
        values: [
          [
            [0, 1],
            [1, 0],
          ],
          [[0, 1]],
        ],
      }),
    ).toThrow("values[1] has 1 elements, the first one 2");
  });

  test("points that don't tell their dimensions", () => {
    for (const values of [Float32Array.of(1, 2), [1, 2], []]) {
      expect(() => points(values as never)).toThrow(/give points\(\{ values, dimensions: 2 \}\)/);
    }
  });
});
