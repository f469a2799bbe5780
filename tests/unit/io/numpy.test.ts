import { describe, expect, test } from "vitest";
import { DataError, OptionError, ShapeError } from "../../../src/errors/errors.ts";
import { readNpy, writeNpy } from "../../../src/io/numpy/npy.ts";
import { readNpz, writeNpz } from "../../../src/io/numpy/npz.ts";
import { readZip } from "../../../src/io/zip/read.ts";
import { writeZip } from "../../../src/io/zip/write.ts";
import { createRng } from "../../reference/rng.ts";

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** NumPy 2.4 wrote these: np.save, np.savez, np.savez_compressed. */
const saved = {
  half: "k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAPADA",
  bools:
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAA==",
  version3:
    "k05VTVBZAwB0AAAAeydkZXNjcic6ICd8dTEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQI=",
  fortran:
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAABAAAAAAAAA8D8AAAAAAAAIQA==",
  bigEndian:
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAP4AAAA==",
  object:
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMSwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWSAAAAAAAAAIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwGFlGgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlH2UjAFhlEsBc2F0lGIu",
  complex:
    "k05VTVBZAQB2AHsnZGVzY3InOiAnPGMxNicsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgxLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAPA/",
  compressed:
    "UEsDBC0AAAAIAAAAIQAKnACk//////////8FABQAYS5ucHkBABAAmAAAAAAAAABWAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYwaLADEvYMDA5A3ADEC+wBUEsDBC0AAAAIAAAAIQB09QqL//////////8KABQAbGFiZWxzLm5weQEAEACYAAAAAAAAAE0AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALmYGCPgPBUxQPgBQSwECLQMtAAAACAAAACEACpwApFYAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5ucHlQSwECLQMtAAAACAAAACEAdPUKi00AAACYAAAACgAAAAAAAAAAAAAAgAGNAAAAbGFiZWxzLm5weVBLBQYAAAAAAgACAGsAAAAWAQAAAAA=",
  stored:
    "UEsDBC0AAAAAAAAAIQApdonr//////////8FABQAeC5ucHkBABAAiAAAAAAAAACIAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmOCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAA+D9QSwECLQMtAAAAAAAAACEAKXaJ64gAAACIAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwUGAAAAAAEAAQAzAAAAvwAAAAAA",
};

describe("what NumPy wrote", () => {
  test("arrays", () => {
    expect(readNpy(bytesOf(saved.half))).toEqual({ shape: [2], values: Float32Array.of(1, -2) });
    expect(readNpy(bytesOf(saved.bools))).toEqual({ shape: [2], values: Uint32Array.of(1, 0) });
    expect(readNpy(bytesOf(saved.version3))).toEqual({ shape: [3], values: Uint32Array.of(0, 1, 2) });
  });

  test("archives, stored and compressed", async () => {
    const arrays = await readNpz(bytesOf(saved.compressed));
    expect([...arrays]).toEqual([
      ["a", { shape: [2, 3], values: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25) }],
      ["labels", { shape: [3], values: Int32Array.of(3, -1, 2) }],
    ]);
    expect([...(await readNpz(bytesOf(saved.stored)))]).toEqual([["x", { shape: [], values: Float32Array.of(1.5) }]]);
  });

  const refused: readonly (readonly [keyof typeof saved, RegExp])[] = [
    ["fortran", /column by column; save np.ascontiguousarray\(array\)/],
    ["bigEndian", /the type is ">f4"; save numbers, little-endian/],
    ["object", /the type is "\|O"|not that of an array of numbers/],
    ["complex", /the type is "<c16"/],
    ["stored", /no \.npy file/],
  ];
  test.each(refused)("%s: refused with what to do", (name, says) => {
    expect(() => readNpy(bytesOf(saved[name]), "points.npy")).toThrow(says);
    expect(() => readNpy(bytesOf(saved[name]), "points.npy")).toThrow(/^points\.npy: /);
  });
});

describe("what we write", () => {
  const arrays = {
    a: { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    b: { shape: [], values: Int32Array.of(-7) },
    "c/d": { shape: [0, 4], values: new Float32Array() },
    e: { shape: [3], values: Uint8Array.of(1, 2, 255) },
  };

  test("is read as it was", async () => {
    const read = await readNpz(writeNpz(arrays));
    expect([...read.keys()]).toEqual(Object.keys(arrays));
    for (const [name, { shape, values }] of Object.entries(arrays)) {
      expect(read.get(name)?.shape).toEqual(shape);
      expect([...(read.get(name)?.values ?? [])]).toEqual([...values]);
    }
  });

  test("begins its numbers at a multiple of 64 bytes, whatever the shape", () => {
    for (const shape of [[], [1], [1, 1], Array(40).fill(1)]) {
      const file = writeNpy({ shape, values: Float32Array.of(1) });
      expect((file.length - 4) % 64).toBe(0);
      expect(readNpy(file).shape).toEqual(shape);
    }
  });

  test("is refused where it is none", () => {
    expect(() => writeNpy({ shape: [3], values: Float32Array.of(1) })).toThrow(ShapeError);
    expect(() => writeNpy({ shape: [1], values: [1] as unknown as Float32Array })).toThrow(OptionError);
  });
});

describe("archives that are damaged", () => {
  test("declare more than they hold, or less", async () => {
    const archive = bytesOf(saved.compressed);
    const central = archive.length - 22 - 107;
    const view = new DataView(archive.buffer);
    expect(view.getUint32(central, true)).toBe(0x02014b50);
    for (const [size, says] of [
      [10, /damaged/],
      [200, /damaged/],
      [2 ** 31, /can't be/],
    ] as const) {
      const changed = archive.slice();
      new DataView(changed.buffer).setUint32(central + 24, size, true);
      await expect(readNpz(changed)).rejects.toThrow(says);
    }
  });

  test("are read, or refused as data: 2,000 of them", async () => {
    const rng = createRng("zip");
    const whole = [bytesOf(saved.compressed), bytesOf(saved.stored), writeZip({ a: Uint8Array.of(1, 2, 3) })];
    let refused = 0;
    for (let i = 0; i < 2_000; i++) {
      const file = rng.pick(whole).slice();
      for (let change = rng.integer(1, 3); change > 0; change--)
        file[rng.integer(0, file.length - 1)] = rng.integer(0, 255);
      try {
        for (const entry of readZip(rng.chance(0.2) ? file.slice(0, rng.integer(0, file.length)) : file)) {
          readNpy(await entry.unpack());
        }
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
