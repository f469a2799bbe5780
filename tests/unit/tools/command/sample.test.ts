/** Samples, measurements and checks from the command line, as far as they need no GPU: what is asked for, and what is written. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { joined } from "../../../../apps/job/generator/joined.ts";
import { besideOf, sampleFiles } from "../../../../apps/job/generator/sample_files.ts";
import type { DrawAnswer } from "../../../../apps/job/tasks/draw.ts";
import { readNpz } from "../../../../src/io/numpy/npz.ts";
import * as nn from "../../../../src/public/nn.ts";
import { doctor, doctorSpec } from "../../../../tools/command/doctor.mjs";
import { evaluate, evaluateSpec } from "../../../../tools/command/evaluate.mjs";
import { sample, sampleSpec } from "../../../../tools/command/sample.mjs";
import { sizeText } from "../../../../tools/command/write_out.mjs";
import { expectHelp, expectMistake, generatorFile, madeRun, temporaryFolder, toldUntil } from "./made_run.ts";

describe("the help fits, and has every option", () => {
  test("of sample", () => expectHelp(sample, Object.keys(sampleSpec.options)));
  test("of evaluate", () => expectHelp(evaluate, Object.keys(evaluateSpec.options)));
  test("of doctor", () => expectHelp(doctor, Object.keys(doctorSpec.options)));
});

describe("what sample is asked for", () => {
  test("is told by a sentence where it can't be had", async () => {
    const run = await madeRun(toldUntil(300), await generatorFile());
    await expectMistake(sample, [run, "--count", "0"], /--count 0: give a whole number from 1 to 1000000/);
    await expectMistake(sample, [run, "--count", "many"], /--count many: give a whole number/);
    await expectMistake(sample, [run, "--seed", "-1"], /--seed -1: give a whole number from 0/);
    await expectMistake(
      sample,
      [run, "--nuber", "3"],
      /no option --nuber; .*Did you mean "--count"\?|no option --nuber/,
    );
    await expectMistake(sample, [run, "-n", "3"], /no option -n; .*Did you mean "--count"\?/);
    await expectMistake(sample, [run, "--runtime", "nod"], /Did you mean "node"\?/);
    await expectMistake(sample, [run, "--label", "3"], /--label 3: the generator is told no class/);
    await expectMistake(sample, [run, "--out", join(run, "run.json")], /this is a file; give a folder/);
    await expectMistake(sample, [await madeRun(toldUntil(100))], /no checkpoint yet/);
  });

  test("is a class of the generator's, by name or number", async () => {
    const network = nn.network([4], [nn.concatInput({ classes: 3 }), nn.linear(2)]);
    const about = { classes: 3, classNames: ["cat", "dog", "horse"] };
    const run = await madeRun(toldUntil(300), await generatorFile(network, about));
    await expectMistake(sample, [run, "--label", "3"], /from 0 to 2, or a name: cat, dog, horse/);
    await expectMistake(sample, [run, "--label", "hors"], /Did you mean "horse"\?/);
  });

  test("is no more than fits", async () => {
    const network = nn.network([2], [nn.linear(4096)]);
    const run = await madeRun(toldUntil(300), await generatorFile(network));
    await expectMistake(sample, [run, "--count", "100000"], /more than a gigabyte; give at most 65536/);
  });
});

const drawn = (values: readonly number[], shape: readonly number[], labels?: readonly number[]): DrawAnswer => ({
  kind: "samples",
  values: Float32Array.from(values),
  shape,
  ...(labels && { labels: Uint32Array.from(labels) }),
});

describe("the files of samples", () => {
  test("points: a plot over the real ones, a table, and arrays", async () => {
    const parts = [drawn([1, 2, 3, 4], [2, 2], [0, 7]), drawn([5.5, Number.NaN], [1, 2], [3])];
    const files = await sampleFiles(joined(parts), { ...besideOf(toldUntil(300)), step: 300 });
    expect(files.map(({ name }) => name)).toEqual(["samples.svg", "samples.csv", "samples.npz"]);
    expect(String(files[0]?.content)).toMatch(/Samples after 300 steps.*over real ones, with the 8 modes/s);
    expect(files[1]?.content).toBe("x,y,label\r\n1,2,0\r\n3,4,7\r\n5.5,NaN,3\r\n");
    const arrays = await readNpz(Uint8Array.from(files[2]?.content as Uint8Array));
    expect(arrays.get("samples")).toMatchObject({ shape: [3, 2] });
    expect([...(arrays.get("labels")?.values ?? [])]).toEqual([0, 7, 3]);
  });

  test("images: a picture and arrays; where there are too many to see, the first ones", async () => {
    const files = await sampleFiles(drawn(new Array(500 * 4).fill(0.5), [500, 2, 2, 1]), { step: 3 });
    expect(files.map(({ name }) => name)).toEqual(["samples.png", "samples.npz"]);
    const png = files[0]?.content as Uint8Array;
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([20 * 7 - 1, 20 * 7 - 1]);
    expect((await readNpz(Uint8Array.from(files[1]?.content as Uint8Array))).get("samples")?.shape).toEqual([
      500, 2, 2, 1,
    ]);
  });

  test("what no picture shows is an array alone; points of other dimensions are a table at least", async () => {
    const names = async (answer: DrawAnswer) => (await sampleFiles(answer, { step: 1 })).map(({ name }) => name);
    expect(await names(drawn([1, 2, 3, 4, 5, 6], [1, 1, 3, 2]))).toEqual(["samples.npz"]);
    expect(await names(drawn([1, 2, 3], [1, 3]))).toEqual(["samples.svg", "samples.csv", "samples.npz"]);
    expect(await names(drawn([1, 2, 3], [3, 1]))).toEqual(["samples.csv", "samples.npz"]);
  });
});

describe("what evaluate is asked for", () => {
  test("is told by a sentence where it can't be had", async () => {
    const run = await madeRun(toldUntil(300), await generatorFile());
    const alone = join(await temporaryFolder(), "g.safetensors");
    await writeFile(alone, await readFile(join(run, "generator.safetensors")));
    await expectMistake(evaluate, [alone], /nobody knows what this generator was trained on; give --data/);
    await expectMistake(evaluate, [run, "--data", "rng"], /no such file or folder.*Did you mean "ring"\?/);
    await expectMistake(evaluate, [run, "--labels", "a"], /give --data, too/);
    await expectMistake(evaluate, [run, "--samples", "3"], /--samples 3: give a whole number from 8 to 50000/);
    await expectMistake(evaluate, [run, "--out", run], /this is a folder; give the name of a file/);
    await expectMistake(evaluate, [run, "--dta", "ring"], /Did you mean "--data"\?/);
  });

  test("is the run's own data, if that is there still", async () => {
    const run = await madeRun(toldUntil(300), await generatorFile());
    const text = await readFile(join(run, "run.json"), "utf8");
    await writeFile(join(run, "run.json"), text.replace('"set":"ring"', '"file":"/nowhere/digits.gz"'));
    await expectMistake(evaluate, [run], /\/nowhere\/digits\.gz: what the run was trained on is not there/);
  });
});

test("doctor takes options alone", async () => {
  await expectMistake(doctor, ["out/ring"], /"out\/ring" stands by itself, where .* takes options alone/);
  await expectMistake(doctor, ["--runtime", "safari"], /these exist: chrome, node, deno/);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [12_345, "12.3 kB"],
  [2.5e9, "2.5 GB"],
  [5e13, "50000 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
