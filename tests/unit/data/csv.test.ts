import { describe, expect, test } from "vitest";
import { points } from "../../../src/data/points/points.ts";
import { readPoints } from "../../../src/data/tables/read_points.ts";
import { DataError, OptionError } from "../../../src/errors/errors.ts";

const rows = async (text: string, options = {}) => {
  const { values, dimensions } = await readPoints(text, options);
  return Array.from({ length: values.length / dimensions }, (_, i) => [
    ...values.subarray(i * dimensions, (i + 1) * dimensions),
  ]);
};

describe("points in text", () => {
  const plain = [
    [1, 2],
    [3, -4.5],
  ];

  test.each<[string, string]>([
    ["commas", "1,2\n3,-4.5\n"],
    ["semicolons", "1;2\n3;-4.5"],
    ["semicolons and decimal commas", "1,0;2,00\n3;-4,5\n"],
    ["tabs", "1\t2\n3\t-4.5\n"],
    ["spaces, in columns", "   1    2\n   3   -4.5\n\n"],
    ["spaces behind commas", "1, 2\n3, -4.5\n"],
    ["a header", "x,y\n1,2\n3,-4.5\n"],
    ["a header in a comment", "# x y\n1 2\n3 -4.5\n"],
    ["comments, and empty lines", "#one\n\n1,2 # two\n  # three\n3,-4.5\n"],
    ["quotes, and names with separators and line breaks", '"x, in\nmm","y ""1"""\r\n"1","2"\r\n3,"-4.5"\r\n'],
    ["lines of Windows", "x,y\r\n1,2\r\n3,-4.5\r\n"],
    ["lines of old", "x,y\r1,2\r3,-4.5\r"],
    ["a byte order mark", "\uFEFFx,y\n1,2\n3,-4.5\n"],
    ["numbers in any notation", "+1.,2e0\n.3E+1,\u22124.5\n"],
    ["exponents of Fortran", "0.1D+01 2.0d0\n3 -0.45d1\n"],
    ["rows that are numbered", ",x,y\n0,1,2\n1,3,-4.5\n"],
    ["rows that have names, as R writes them", '"","x","y"\n"a",1,2\n"b",3,-4.5\n'],
    ["empty rows at the end", "1,2\n3,-4.5\n,\n,\n"],
  ])("%s", async (_, text) => {
    expect(await rows(text)).toEqual(plain);
  });

  test("of any number of coordinates, as the columns are chosen", async () => {
    expect(await rows("1,2,3\n4,5,6")).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const named = "a,b,c\n1,2,3\n4,5,6\n";
    expect(await rows(named, { columns: ["c", 0] })).toEqual([
      [3, 1],
      [6, 4],
    ]);
    expect(await rows(named, { columns: ["b"] })).toEqual([[2], [5]]);
    expect(await rows("0,1\n2,3\n4,5\n", { header: true })).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(await rows("1|2\n3|4\n", { separator: "|" })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("with classes by a column's name, by its index, or by what it is called", async () => {
    const named = await readPoints("x,y,species\n1,2,rose\n3,4,iris\n5,6,rose\n", { labels: "species" });
    expect(named).toMatchObject({ labels: Uint16Array.of(1, 0, 1), classNames: ["iris", "rose"], dimensions: 2 });
    const last = await readPoints("1 2 b\n3 4 a\n", { labels: -1 });
    expect(last).toMatchObject({ labels: Uint16Array.of(1, 0), classNames: ["a", "b"], dimensions: 2 });
    const usual = await readPoints("Label,x,y\n10,1,2\n9,3,4\n");
    expect(usual).toMatchObject({ labels: Uint16Array.of(1, 0), classNames: ["9", "10"], dimensions: 2 });
    // Then it is a coordinate like others.
    const chosen = await readPoints("label,x\n1,2\n", { columns: ["x", "label"] });
    expect(chosen.labels).toBeUndefined();
    expect([...chosen.values]).toEqual([2, 1]);
  });

  test("is a source once `data.points` has it", async () => {
    const file = new File(["x,y,label\n10,200,1\n30,400,0\n"], "mine.csv");
    const source = points({ ...(await readPoints(file)), standardise: true });
    expect(source).toMatchObject({ name: "mine.csv", count: 2, sampleShape: [2], classes: 2, classNames: ["0", "1"] });
    expect(source.scale?.affine).toEqual({ factor: [10, 100], offset: [20, 300] });
  });

  test("as bytes, of spreadsheets and in gzip too", async () => {
    const text = "x\ty\n1\t2\n3\t-4.5\n";
    const wide = Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((letter) => [letter.charCodeAt(0), 0])]);
    const packed = await new Response(
      new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer();
    for (const file of [new TextEncoder().encode(text), wide, packed, new Blob([text])]) {
      expect([...(await readPoints(file)).values]).toEqual(plain.flat());
    }
  });

  test("of a million numbers takes no long time", async () => {
    const text = Array.from({ length: 300_000 }, (_, i) => `${i},${-i}.5,${i % 7}`).join("\n");
    expect((await readPoints(text)).values).toHaveLength(900_000);
  }, 10_000);
});

describe("text that is no table of points is refused", () => {
  test.each<[string, string, RegExp]>([
    ["empty", " \n\n", /it is empty/],
    ["comments", "# x y\n", /comments alone/],
    ["a header", "x,y\n", /below the names of its columns \(x, y\) there are no points/],
    ["a web page", "<!doctype html><p>404", /a web page/],
    ["JSON", "[[1, 2], [3, 4]]", /It looks like JSON: give data\.points/],
    ["an address", "points.csv", /looks like the name of a file/],
    ["ragged", "x,y\n1,2\n\n3,4,5\n", /line 4 has 3 cells, and line 1 has 2/],
    ["a text", "x,y\n1,2\n3,abc\n", /line 3, column 2 \("y"\) is "abc", which is no number.*labels/],
    ["a text without a header", "1,2\n3,abc\n", /line 2, column 2 is "abc"/],
    ["half a header", "x,2\n3,4\n", /line 1, column 1 is "x", which is no number\. If the line has the names/],
    ["a gap", "x,y\n1,\n", /line 2, column 2 \("y"\) is empty/],
    ["NaN", "x,y\n1,2\n3,NaN\n", /line 3, column 2 \("y"\) is "NaN"\. Training spreads/],
    ["infinity", "1,2\n-inf,3\n", /line 2, column 1 is "-inf"/],
    ["more than f32 holds", "1,2\n1e39,3\n", /line 2, column 1 is "1e39", beyond the range/],
    ["one column", "x\n1\n2\n", /one column of coordinates \(column 1 \("x"\)\)/],
    ["another separator", "1|2\n3|4\n", /is no number|one column/],
    ["labels alone", "label\n1\n", /no column of coordinates beside the labels/],
    ["a label that is not there", "x,y,label\n1,2,\n", /line 2, column 3 \("label"\) is empty; give a class/],
    ["labels that are none", "x,y,label\n1,2,0.25\n", /the labels hold 0\.25, and classes are whole/],
    ["an open quote", '"x,y\n1,2\n', /a quote that opens in line 1 is never closed/],
    [
      "numbers too far off",
      `t,y\n${[0, 1, 2, 3].map((i) => `${1.7e9 + i},1`).join("\n")}`,
      /t lies around 1700000000 .* 128 apart there.*Subtract/,
    ],
    ["bytes", "\0\u0001\u0002", /no table of numbers\. It looks like no text/],
  ])("%s", async (_, text, says) => {
    await expect(readPoints(text, { name: "mine.csv" })).rejects.toThrow(says);
    await expect(readPoints(text, { name: "mine.csv" })).rejects.toThrow(DataError);
    await expect(readPoints(text, { name: "mine.csv" })).rejects.toThrow(/^mine\.csv: /);
  });

  test.each<[object, RegExp]>([
    [{ labels: "z" }, /there is no column "z"; these exist: x, y/],
    [{ labels: 5 }, /there is no column 5/],
    [{ columns: ["x", "x"] }, /column 1 \("x"\) is chosen twice/],
    [{ columns: ["x"], labels: "x" }, /chosen twice/],
    [{ columns: [] }, /columns/],
    [{ separator: "" }, /one character/],
    [{ sep: "," }, /no option "sep"/],
  ])("as are options: %j", async (options, says) => {
    await expect(readPoints("x,y\n1,2\n", options)).rejects.toThrow(says);
    await expect(readPoints("x,y\n1,2\n", options)).rejects.toThrow(OptionError);
  });

  test("and what is no text at all", async () => {
    await expect(readPoints(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0))).rejects.toThrow(/a PNG image/);
    await expect(readPoints(Uint8Array.of(1, 0, 2))).rejects.toThrow(/bytes that no text has/);
    await expect(readPoints(7 as unknown as string)).rejects.toThrow(/give a File/);
    await expect(readPoints(new Uint8Array())).rejects.toThrow(/it is empty/);
  });
});
