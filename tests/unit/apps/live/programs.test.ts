/** "Copy as code" of the live pages: what stands on the clipboard. tests/gpu and tests/slow run such programs. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-5.9";
import { describe, expect, test } from "vitest";
import { programOf as imagesProgram } from "../../../../apps/live/images/program.ts";
import { choices as imageChoices, defaultSetup as usualImages } from "../../../../apps/live/images/setup.ts";
import { programOf as ringProgram } from "../../../../apps/live/ring/program.ts";
import { choices as ringChoices, defaultSetup as usualRing } from "../../../../apps/live/ring/setup.ts";
import { Code, call, literal } from "../../../../apps/live/shared/code/literal.ts";
import { data } from "../../../../src/index.ts";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** Setups in which every choice of a page is taken at least once. */
function everyChoice<Setup extends object>(
  usual: Setup,
  choices: Readonly<Record<string, readonly unknown[]>>,
): Setup[] {
  const most = Math.max(...Object.values(choices).map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => ({
    ...usual,
    ...Object.fromEntries(Object.entries(choices).map(([name, all]) => [name, all[i % all.length]])),
  }));
}

const files = (count: number, folder = "") => Array.from({ length: count }, (_, i) => `${folder}${i}.png`);
const own = {
  idx: { kind: "idx", title: "digits", files: ['a "b".idx'], labels: "labels.idx", hasFolders: false },
  cifar10: { kind: "cifar10", title: "ten", files: ["data_batch_1.bin", "data_batch_2.bin"], hasFolders: false },
  few: { kind: "files", title: "cats", files: files(3, "cats/"), hasFolders: true },
  many: { kind: "files", title: "dogs */ `${1}`", files: files(500, "*/"), hasFolders: false },
} as const;

const ofOwn = (name: keyof typeof own, shape: readonly number[]) =>
  imagesProgram({ ...usualImages, data: "own" as const, imageSize: 32 }, { shape, own: own[name] });

const programs = [
  ...everyChoice(usualRing, ringChoices).map(ringProgram),
  ...everyChoice(usualImages, imageChoices).map((setup) => imagesProgram(setup, { shape: [28, 28, 1] })),
  ofOwn("idx", [28, 28, 1]),
  ofOwn("cifar10", [32, 32, 3]),
  ofOwn("few", [32, 32, 3]),
  ofOwn("many", [32, 32, 3]),
];

/** What is wrong with programs under the strict rules of this repository. */
function problemsOf(texts: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(repository, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, repository);
  const paths = new Map(texts.map((text, i) => [join(repository, `copied-${i}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => paths.has(path) || fileExists(path);
  host.readFile = (path) => paths.get(path) ?? readFile(path);
  host.getSourceFile = (path, target) => {
    const text = paths.get(path);
    return text === undefined ? getSourceFile(path, target) : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...paths.keys()], { ...options, noUnusedLocals: true }, host);
  return [...paths.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${ts.flattenDiagnosticMessageText(messageText, "\n")}\n${paths.get(path)}`);
  });
}

test("every program passes the strictest checks of types, as it stands", () => {
  expect(new Set(programs).size).toBeGreaterThan(30);
  expect(problemsOf(programs)).toEqual([]);
  expect(problemsOf(['import { gan } from "saddlepoint"; gan.hinge({ margin: "one" });'])).toHaveLength(1);
}, 120_000);

test("the usual setup is a short program, with what differs from a trainer's defaults", () => {
  expect(ringProgram(usualRing)).toBe(`/** A GAN in the plane, as the live page trains it. Data: Ring of 8 Gaussians. */
import { data, Engine, gan, nn } from "saddlepoint";

const engine = await Engine.create();
const trainer = await gan.Trainer.create(engine, {
  generator: nn.mlp([2, 64, 64, 2], { activation: "relu", initializer: "glorotNormal" }),
  discriminator: nn.mlp([2, 64, 64, 1], { activation: "tanh" }),
  data: data.gaussianRing(),
  optimizer: {
    generator: { type: "adam", lr: 0.001, betas: [0.5, 0.999] },
    discriminator: { type: "adam", lr: 0.002, betas: [0.5, 0.999] },
  },
});
for await (const { step, losses } of trainer.train({ steps: 2000, reportEvery: 100 })) {
  console.log(step, losses);
}

// x0, y0, x1, y1...
const { values } = await trainer.sample(1000);
console.log(values);
`);
});

describe("of the user's own images", () => {
  test("the program names the files that it needs", () => {
    expect(ofOwn("idx", [28, 28, 1])).toContain('await data.idxImages(await load("a \\"b\\".idx"), {');
    expect(ofOwn("few", [32, 32, 3])).toContain('const files = ["cats/0.png", "cats/1.png", "cats/2.png"];');
    expect(ofOwn("few", [32, 32, 3])).toContain("labelOf: data.folderOf");
    expect(ofOwn("many", [32, 32, 3])).toContain("500 of them");
    for (const name of ["idx", "few", "many"] as const) expect(ofOwn(name, [32, 32, 3])).toContain("// Your own files");
  });

  test("the program frames smaller ones as the page does", async () => {
    const values = Uint8Array.from({ length: 2 * 3 * 5 * 2 }, (_, i) => i + 1);
    const images = data.images({ values, shape: [2, 3, 5, 2] });
    const [, frame = ""] = /(\n\/\/ In the middle[\s\S]*?)const \{ generator/.exec(ofOwn("idx", [3, 5, 2])) ?? [];
    const framed = new Function("images", "data", `${frame.replaceAll("32", "8")}; return framed;`)(images, data);
    const { withFrame } = await import("../../../../apps/job/images/open_data.ts");
    expect(framed.sampleShape).toEqual([8, 8, 2]);
    expect(framed.values).toEqual(withFrame(images, 8).values);
  });
});

describe("literals", () => {
  test("are plain values, broken where they are long", () => {
    expect(literal({ a: [1, -0.5, 1e-7], b: "x\n", c: undefined, d: true })).toBe(
      '{ a: [1, -0.5, 1e-7], b: "x\\n", d: true }',
    );
    expect(literal({})).toBe("{}");
    expect(literal([])).toBe("[]");
    const long = literal({ first: "x".repeat(60), second: { third: "y".repeat(60) } });
    expect(long).toBe(`{\n  first: "${"x".repeat(60)}",\n  second: { third: "${"y".repeat(60)}" },\n}`);
  });

  test("code stands as it is, and a field of its own name needs no colon", () => {
    expect(literal({ images: new Code("images"), net: call("nn.mlp", [2, 1], {}) })).toBe(
      "{ images, net: nn.mlp([2, 1], {}) }",
    );
  });
});
