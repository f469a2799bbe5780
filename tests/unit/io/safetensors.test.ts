import { describe, expect, test } from "vitest";
import { DataError, OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { readSafetensors } from "../../../src/io/safetensors/read.ts";
import { writeSafetensors } from "../../../src/io/safetensors/write.ts";
import { createRng } from "../../reference/rng.ts";

/** A file of this header, whatever it says, and so many bytes of data. */
function fileOf(header: string | Uint8Array, dataBytes = 0, declared?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const tensor = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });
const json = (value: unknown) => JSON.stringify(value);
const f32 = (shape: readonly number[], begin: number, end: number) => tensor("F32", shape, [begin, end]);

describe("what is valid", () => {
  const valid: readonly (readonly [string, Uint8Array, number])[] = [
    ["no tensor at all", fileOf("{}"), 0],
    ["no tensor, padded", fileOf("{}      "), 0],
    ["no tensor, spaces around", fileOf(" \n{ }\t"), 0],
    ["a tensor of no element", fileOf(json({ a: f32([2, 0], 0, 0) })), 1],
    ["a size of 0 beside sizes that overflow", fileOf(json({ a: f32([2 ** 52, 2 ** 52, 0], 0, 0) })), 1],
    ["a scalar", fileOf(json({ a: f32([], 0, 4) }), 4), 1],
    ["an empty tensor where another begins", fileOf(json({ b: f32([1], 0, 4), a: f32([0], 0, 0) }), 4), 2],
    ["tensors out of order", fileOf(json({ b: f32([1], 4, 8), a: f32([1], 0, 4) }), 8), 2],
    [
      "a name that objects have",
      fileOf(json({ constructor: f32([1], 0, 4) }).replace("constructor", "__proto__"), 4),
      1,
    ],
    ["a name with quotes and slashes", fileOf(json({ 'a"\\\\"': f32([1], 0, 4) }), 4), 1],
    ["metadata alone", fileOf(json({ __metadata__: { a: "b" } })), 0],
  ];
  test.each(valid)("%s", (_, file, count) => {
    expect(readSafetensors(file).tensors.size).toBe(count);
  });

  test("floats that are none, as they are", () => {
    const file = fileOf(json({ a: f32([3], 0, 12) }), 12);
    new Float32Array(file.slice(-12).buffer);
    const view = new DataView(file.buffer, file.length - 12);
    [Number.NaN, Number.POSITIVE_INFINITY, -0].forEach((value, i) => {
      view.setFloat32(4 * i, value, true);
    });
    expect(readSafetensors(file).tensors.get("a")?.values()).toEqual(
      Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0),
    );
  });
});

const many = (count: number, entry: (i: number) => object) =>
  `{${Array.from({ length: count }, (_, i) => `"t${i}":${json(entry(i))}`).join()}}`;

const refused: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  ["an empty file", () => new Uint8Array(), /has 0 bytes; its first 8/],
  ["seven bytes", () => new Uint8Array(7), /has 7 bytes; its first 8/],
  ["a header that is not there", () => fileOf("", 0, 60n), /header of 60 bytes, of which it has 0/],
  [
    "a header of 2^64 - 1 bytes",
    () => fileOf("{}", 0, 2n ** 64n - 1n),
    /header of 18446744073709551615 bytes; the format allows/,
  ],
  [
    "a header beyond the format's bound",
    () => fileOf("{}", 0, 100_000_001n),
    /header of 100000001 bytes; the format allows/,
  ],
  ["a header beyond the file", () => fileOf("{}", 0, 3n), /header of 3 bytes, of which it has 2/],
  ["a header of no byte", () => fileOf(""), /the header has its end at letter 0/],
  ["a byte that is no UTF-8", () => fileOf(Uint8Array.of(0xff)), /not UTF-8/],
  ["a brace alone", () => fileOf("{"), /the header has its end at letter 1/],
  ["a list", () => fileOf("[]"), /the header has "\[" at letter 0/],
  ["something behind the header", () => fileOf("{}x"), /the header has "x" at letter 2/],
  ["a comma too many", () => fileOf(`{"a":${json(f32([1], 0, 4))},}`, 4), /has "}" at letter \d+/],
  ["one byte too many", () => fileOf(json({ a: f32([1], 0, 4) }), 5), /1 bytes behind its last tensor/],
  ["one byte too few", () => fileOf(json({ a: f32([1], 0, 4) }), 3), /take 4 bytes, of which the file has 3/],
  [
    "ten tensors in one place",
    () =>
      fileOf(
        many(10, () => f32([4], 0, 16)),
        16,
      ),
    /begins at byte 0 of the data, inside/,
  ],
  [
    "100,000 tensors in one place",
    () =>
      fileOf(
        many(100_000, () => f32([1], 0, 4)),
        4,
      ),
    /begins at byte 0 of the data, inside/,
  ],
  ["more tensors than any network has", () => fileOf(many(100_001, () => f32([0], 0, 0))), /more than 100000 tensors/],
  [
    "a size that is not its shape's",
    () => fileOf(json({ a: tensor("I32", [2, 2], [0, 4]) }), 4),
    /16 bytes, but .* 4 bytes apart/,
  ],
  [
    "sizes whose product wraps around to 0",
    () => fileOf(`{"a":{"dtype":"F32","shape":[2,18446744073709551614],"data_offsets":[0,0]}}`),
    /18446744073709551614, which is above 2\^53/,
  ],
  [
    "sizes whose product overflows",
    () => fileOf(json({ a: f32([2 ** 52, 2 ** 52], 0, 0) })),
    /more bytes than can be counted/,
  ],
  [
    "offsets beyond 2^53",
    () => fileOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}`),
    /above 2\^53/,
  ],
  ["a hole", () => fileOf(json({ a: f32([1], 0, 4), b: f32([1], 8, 12) }), 12), /no tensor has the bytes 4 to 8/],
  ["a hole at the start", () => fileOf(json({ a: f32([1], 4, 8) }), 8), /no tensor has the bytes 0 to 4/],
  [
    "an end before its beginning",
    () => fileOf(json({ a: f32([1], 4, 0) }), 8),
    /ends at byte 0, before it begins at 4/,
  ],
  ["a negative offset", () => fileOf(json({ a: f32([1], -4, 0) }), 4), /has "-" at letter/],
  ["a size of 1.0", () => fileOf(json({ a: f32([1], 0, 4) }).replace("[1]", "[1.0]"), 4), /has "." at letter/],
  ["a size of 1e0", () => fileOf(json({ a: f32([1], 0, 4) }).replace("[1]", "[1e0]"), 4), /has "e" at letter/],
  [
    "a size of 01",
    () => fileOf(json({ a: f32([1], 0, 4) }).replace("[1]", "[01]"), 4),
    /a whole number of at least 0 should be/,
  ],
  [
    "a size that is a text",
    () => fileOf(json({ a: tensor("F32", ["1"], [0, 4]) }), 4),
    /a whole number of at least 0 should be/,
  ],
  ["three offsets", () => fileOf(json({ a: tensor("F32", [1], [0, 4, 4]) }), 4), /has 3 data_offsets; there are two/],
  [
    "a type that is none",
    () => fileOf(json({ a: tensor("F31", [1], [0, 4]) }), 4),
    /has the dtype "F31"; those that are read are/,
  ],
  [
    "a type of half a byte",
    () => fileOf(json({ a: tensor("F4", [2], [0, 1]) }), 1),
    /has the dtype "F4"; those that are read are/,
  ],
  [
    "a tensor without a shape",
    () => fileOf(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4),
    /lacks its dtype, shape or data_offsets/,
  ],
  [
    "a key that is unknown",
    () => fileOf(json({ a: { ...f32([1], 0, 4), device: "cpu" } }), 4),
    /has "device" twice, or it is no key/,
  ],
  [
    "a key twice",
    () => fileOf(`{"a":{"dtype":"F32","dtype":"U32","shape":[1],"data_offsets":[0,4]}}`, 4),
    /has "dtype" twice/,
  ],
  [
    "a name twice",
    () => fileOf(`{"a":${json(f32([1], 0, 4))},"a":${json(f32([1], 0, 4))}}`, 4),
    /two tensors of the name "a"/,
  ],
  [
    "a name twice, written in two ways",
    () => fileOf(`{"a":${json(f32([1], 0, 4))},"\\u0061":${json(f32([1], 0, 4))}}`, 4),
    /two tensors of the name "a"/,
  ],
  ["metadata twice", () => fileOf(`{"__metadata__":{},"__metadata__":{}}`), /has "__metadata__" twice/],
  ["a text of metadata twice", () => fileOf(`{"__metadata__":{"a":"b","a":"c"}}`), /the metadata has "a" twice/],
  ["metadata that is no text", () => fileOf(json({ __metadata__: { a: 1 } })), /the metadata "a" has "1" at letter/],
  ["metadata that is a list", () => fileOf(json({ __metadata__: ["a"] })), /the metadata has "\[" at letter/],
  ["half of a surrogate pair", () => fileOf(`{"\\ud800":${json(f32([1], 0, 4))}}`, 4), /a string that is not JSON's/],
  ["a line break in a name", () => fileOf(`{"a\n":${json(f32([1], 0, 4))}}`, 4), /a string that is not JSON's/],
  ["a string without an end", () => fileOf(`{"a\\"`), /a string that does not end/],
];

describe("what is refused, each with a sentence of its own", () => {
  test.each(refused)("%s", (_, file, says) => {
    const given = file();
    expect(() => readSafetensors(given)).toThrow(DataError);
    expect(() => readSafetensors(given)).toThrow(says);
  });

  test("metadata of 100 MB", () => {
    const header = new Uint8Array(100_000_008).fill(0x61);
    header.set(new TextEncoder().encode('{"__metadata__":{"a":"'));
    expect(() => readSafetensors(fileOf(header))).toThrow(/the format allows 100000000/);
    expect(() => readSafetensors(fileOf(header.subarray(0, 99_999_992)))).toThrow(/a string that does not end/);
  });

  test("a deep nest of lists", () => {
    expect(() => readSafetensors(fileOf("[".repeat(1_000_000)))).toThrow(/the header has "\[" at letter 0/);
    expect(() => readSafetensors(fileOf(`{"a":${"[".repeat(1_000_000)}`))).toThrow(/tensor "a" has "\["/);
  });

  test.each([[undefined], [null], ["file"], [[1, 2]], [new Float32Array(4)]])("%s, which is no file", (given) => {
    expect(() => readSafetensors(given as unknown as Uint8Array)).toThrow(/give the bytes of a file/);
  });

  test("names reach no terminal as they are", () => {
    const file = fileOf(json({ "a\u001b[2J\u202e": tensor("X", [1], [0, 4]) }), 4);
    expect(() => readSafetensors(file)).toThrow(/^[\u0020-\u007e\ufffd]+$/);
  });
});

describe("a file that was changed anywhere", () => {
  const whole = writeSafetensors(
    {
      weight: { shape: [3, 4], values: Float32Array.from({ length: 12 }, (_, i) => i) },
      bias: { shape: [4], values: Float32Array.of(1, 2, 3, 4) },
      step: { shape: [], values: Uint32Array.of(7) },
      flags: { shape: [5], values: Uint8Array.of(1, 0, 1, 1, 0) },
    },
    { format: "pt", step: "7" },
  );
  const interesting = [0, 1, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xff];

  test("is read, or refused as data: 10,000 of them", () => {
    const rng = createRng("safetensors");
    let read = 0;
    for (let i = 0; i < 10_000; i++) {
      let file = whole.slice();
      for (let change = rng.integer(1, 4); change > 0; change--) {
        const at = rng.integer(0, file.length - 1);
        if (rng.chance(0.6)) file[at] = rng.chance(0.5) ? rng.pick(interesting) : rng.integer(0, 255);
        else if (rng.chance(0.5)) file = file.slice(0, at);
        else file = new Uint8Array([...file.subarray(0, at), rng.integer(0, 255), ...file.subarray(at)]);
        if (file.length === 0) break;
      }
      try {
        const { tensors } = readSafetensors(file);
        let bytes = 0;
        for (const { bytes: own } of tensors.values()) bytes += own.byteLength;
        expect(bytes).toBeLessThan(file.length);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
    // Changes of data and of names leave a valid file.
    expect(read).toBeGreaterThan(300);
    expect(read).toBeLessThan(9_000);
  });
});

describe("a file that was written", () => {
  test("is read as it was", () => {
    const file = writeSafetensors(
      {
        "a/bytes": { shape: [3], values: Uint8Array.of(1, 2, 255) },
        "ä \u{1f600}": { shape: [2, 1], values: Float32Array.of(-0, Number.NaN) },
        whole: { shape: [], values: Int32Array.of(-5) },
        none: { shape: [0, 7], values: new Float32Array() },
      },
      { note: 'with "quotes"\n' },
    );
    const { metadata, tensors } = readSafetensors(file);
    expect([...metadata]).toEqual([["note", 'with "quotes"\n']]);
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, [...shape]])).toEqual([
      ["none", "F32", [0, 7]],
      ["whole", "I32", []],
      ["ä \u{1f600}", "F32", [2, 1]],
      ["a/bytes", "U8", [3]],
    ]);
    expect(tensors.get("whole")?.values()).toEqual(Int32Array.of(-5));
    expect(tensors.get("ä \u{1f600}")?.values()).toEqual(Float32Array.of(-0, Number.NaN));
    expect(tensors.get("a/bytes")?.values()).toEqual(Uint32Array.of(1, 2, 255));
  });

  test("begins with a brace, ends its header at a multiple of eight, and aligns every tensor", () => {
    for (let length = 1; length < 20; length++) {
      const file = writeSafetensors({
        ["x".repeat(length)]: { shape: [1], values: Uint8Array.of(1) },
        y: { shape: [1], values: Float32Array.of(1) },
      });
      expect(file[8]).toBe(0x7b);
      expect(new DataView(file.buffer).getUint32(0, true) % 8).toBe(0);
      const y = readSafetensors(file).tensors.get("y");
      expect((y?.bytes.byteOffset ?? 1) % 4).toBe(0);
    }
  });

  test("is the same whatever order its tensors are given in", () => {
    const a = { shape: [1], values: Float32Array.of(1) };
    const b = { shape: [1], values: Float32Array.of(2) };
    expect(writeSafetensors({ a, b })).toEqual(writeSafetensors({ b, a }));
  });

  test("is refused where it could not be read", () => {
    const values = Float32Array.of(1, 2);
    expect(() => writeSafetensors({ a: { shape: [3], values } })).toThrow(ShapeError);
    expect(() => writeSafetensors({ a: { shape: [-2], values } })).toThrow(ShapeError);
    expect(() => writeSafetensors({ __metadata__: { shape: [2], values } })).toThrow(OptionError);
    expect(() => writeSafetensors({ "\ud800": { shape: [2], values } })).toThrow(OptionError);
    expect(() => writeSafetensors({ a: { shape: [2], values } }, { b: 1 as unknown as string })).toThrow(OptionError);
    expect(() => writeSafetensors({ a: { shape: [2], values: [1, 2] as unknown as Float32Array } })).toThrow(
      OptionError,
    );
  });
});

describe("numbers of every width", () => {
  const cases: readonly (readonly [string, number, (view: DataView) => void, readonly number[]])[] = [
    ["F64", 8, (view) => view.setFloat64(0, 1.5, true), [1.5]],
    ["F16", 2, (view) => view.setUint16(0, 0x3c00, true), [1]],
    ["F16", 2, (view) => view.setUint16(0, 0x8001, true), [-(2 ** -24)]],
    ["F16", 2, (view) => view.setUint16(0, 0x7bff, true), [65504]],
    ["F16", 2, (view) => view.setUint16(0, 0xfc00, true), [Number.NEGATIVE_INFINITY]],
    ["F16", 2, (view) => view.setUint16(0, 0x7e00, true), [Number.NaN]],
    ["BF16", 2, (view) => view.setUint16(0, 0xc040, true), [-3]],
    ["I64", 8, (view) => view.setBigInt64(0, -7n, true), [-7]],
    ["I16", 2, (view) => view.setInt16(0, -300, true), [-300]],
    ["I8", 1, (view) => view.setInt8(0, -3), [-3]],
    ["U64", 8, (view) => view.setBigUint64(0, 2n ** 32n - 1n, true), [2 ** 32 - 1]],
    ["U16", 2, (view) => view.setUint16(0, 65535, true), [65535]],
    ["BOOL", 1, (view) => view.setUint8(0, 1), [1]],
  ];
  test.each(cases)("%s", (dtype, size, write, expected) => {
    const file = fileOf(json({ a: tensor(dtype, [1], [0, size]) }), size);
    write(new DataView(file.buffer, file.length - size));
    expect([...(readSafetensors(file).tensors.get("a")?.values() ?? [])]).toEqual(expected);
  });

  test("whole numbers that 32 bits can't hold are refused", () => {
    const file = fileOf(json({ a: tensor("I64", [1], [0, 8]) }), 8);
    new DataView(file.buffer, file.length - 8).setBigInt64(0, 2n ** 31n, true);
    expect(() => readSafetensors(file).tensors.get("a")?.values()).toThrow(
      /holds 2147483648 at 0, which 32 bits can't hold/,
    );
  });
});
