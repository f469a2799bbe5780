/** A run's generator as a file for other programs. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importOnnx } from "../../../../src/io/onnx/import.ts";
import * as nn from "../../../../src/public/nn.ts";
import { exportGenerator, exportSpec } from "../../../../tools/command/export.mjs";
import { differenceOf, sessionOf } from "../../io/onnx/runtime.ts";
import { tensor, valuesOf } from "../../nn/harness.ts";
import { called, expectHelp, expectMistake, generatorFile, madeRun, temporaryFolder, toldUntil } from "./made_run.ts";

test("the help fits, and has every option", () => expectHelp(exportGenerator, Object.keys(exportSpec.options)));

test("a run's generator becomes an ONNX file beside it", async () => {
  const run = await madeRun(toldUntil(300), await generatorFile());
  const { code, said } = await called(exportGenerator, run, "--onnx");
  expect(code).toBe(0);
  expect(said).toMatch(/ring\/generator\.onnx: the generator of step 300 as ONNX, \d+ bytes\./);
  expect(said).toMatch(/input +latent +float32 \[N, 2\] +standard normal numbers/);
  expect(said).toMatch(/output +samples +float32 \[N, 2\]/);
  const file = importOnnx(new Uint8Array(await readFile(join(run, "generator.onnx"))));
  expect(file.inputs).toEqual([{ name: "latent", dtype: "float32", shape: ["N", 2] }]);
});

test("a file of a generator needs no run; a scale of the data goes along", async () => {
  const folder = await temporaryFolder();
  const network = nn.mlp([2, 8, 2]);
  await writeFile(join(folder, "plain.safetensors"), await generatorFile(network));
  const scale = { factor: Float32Array.of(2, 3), offset: Float32Array.of(10, -10) };
  await writeFile(join(folder, "scaled.safetensors"), await generatorFile(network, {}, scale));
  const drawn = async (name: string) => {
    const out = join(folder, "deep", `${name}.onnx`);
    expect((await called(exportGenerator, join(folder, `${name}.safetensors`), "--onnx", `--out=${out}`)).code).toBe(0);
    const latent = tensor([0.5, -1, 2, 0.25], [2, 2]);
    return valuesOf(importOnnx(new Uint8Array(await readFile(out))).apply({ latent }));
  };
  const [plain, scaled] = [await drawn("plain"), await drawn("scaled")];
  const expected = Array.from(plain, (value, i) => value * (i % 2 === 0 ? 2 : 3) + (i % 2 === 0 ? 10 : -10));
  expect(differenceOf(scaled, expected)).toBeLessThan(1e-5);
});

test("images may have their channels first, and a class is asked for by label", async () => {
  const network = nn.network([4], [nn.concatInput({ classes: 3 }), nn.linear(24), nn.reshape([4, 3, 2])]);
  const run = await madeRun(toldUntil(300), await generatorFile(network, { classes: 3, classNames: ["a", "b", "c"] }));
  const { said } = await called(exportGenerator, run, "--onnx", "--layout", "NCHW");
  expect(said).toMatch(/input +label +int64 \[N\] +a class, 0 to 2: a, b, c/);
  expect(said).toMatch(/output +samples +float32 \[N, 2, 4, 3\]/);
  expect((await sessionOf(await readFile(join(run, "generator.onnx")))).inputNames).toEqual(["latent", "label"]);
});

test("safetensors are the same bytes", async () => {
  const bytes = await generatorFile();
  const run = await madeRun(toldUntil(300), bytes);
  const out = join(run, "..", "copy.safetensors");
  const { said } = await called(exportGenerator, run, "--safetensors", "--out", out);
  expect(said).toMatch(/copy\.safetensors: the generator of step 300 as safetensors/);
  expect(new Uint8Array(await readFile(out))).toEqual(new Uint8Array(bytes));
});

describe("a mistake is a sentence", () => {
  test("about the words", async () => {
    await expectMistake(exportGenerator, ["--onnx"], /needs RUN: the folder that train made/);
    await expectMistake(exportGenerator, ["a", "b", "--onnx"], /"b" stands by itself, where .* takes one RUN/);
    await expectMistake(exportGenerator, ["a"], /Nothing says as what/);
    await expectMistake(exportGenerator, ["a", "--onnx", "--safetensors"], /Both --onnx and --safetensors/);
    await expectMistake(exportGenerator, ["a", "--onx"], /no option --onx; .*Did you mean "--onnx"\?/);
    await expectMistake(exportGenerator, ["a", "-o", "b"], /no option -o; .*Did you mean "--out"\?/);
    await expectMistake(exportGenerator, ["a", "--onnx", "--out"], /--out needs a value after it/);
    await expectMistake(exportGenerator, ["a", "--onnx", "--out", "b", "--out", "c"], /--out is given twice/);
    await expectMistake(exportGenerator, ["a", "--onnx=yes"], /--onnx takes no value/);
    await expectMistake(exportGenerator, ["a", "--onnx", "--layout", "NCWH"], /no such choice; .*mean "NCHW"\?/);
    await expectMistake(exportGenerator, ["a", "--safetensors", "--layout", "NCHW"], /about the images of an ONNX/);
  });

  test("about the run", async () => {
    const folder = await temporaryFolder();
    await expectMistake(exportGenerator, [join(folder, "no"), "--onnx"], /there is no run here \(no run\.json\)/);
    await expectMistake(exportGenerator, [folder, "--onnx"], /there is no run here/);
    const young = await madeRun(toldUntil(100));
    await expectMistake(exportGenerator, [young, "--onnx"], /this run has no checkpoint yet/);
    const bytes = await generatorFile();
    const run = await madeRun(toldUntil(300), bytes.subarray(0, bytes.length - 5));
    await expectMistake(exportGenerator, [run, "--onnx"], /generator\.safetensors: /);
    const changed = Uint8Array.from(bytes);
    changed[changed.length - 3] = 1 + (changed.at(-3) ?? 0);
    await writeFile(join(run, "generator.safetensors"), changed);
    await expectMistake(exportGenerator, [run, "--onnx"], /hash/);
    await writeFile(
      join(run, "generator.safetensors"),
      await generatorFile(nn.mlp([2, 8, 2]), { architecture: undefined }),
    );
    await expect(called(exportGenerator, run, "--onnx")).rejects.toThrow(/layers of its user's own/);
  });

  test("about the place", async () => {
    const run = await madeRun(toldUntil(300), await generatorFile());
    await mkdir(join(run, "taken"));
    await expectMistake(exportGenerator, [run, "--onnx", "--out", join(run, "taken")], /this is a folder/);
    await expectMistake(
      exportGenerator,
      [run, "--onnx", "--out", join(run, "run.json", "x")],
      /there is a file in the way/,
    );
  });
});
