import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { loadChoices } from "../../../tools/start/choices.mjs";
import { helpText } from "../../../tools/start/help.mjs";
import { parseOptions, swallowedByNpm } from "../../../tools/start/options.mjs";
import { optionsPage } from "../../../tools/start/options_page.mjs";
import { CommandLineError } from "../../../tools/terminal/command_line_error.mjs";

const choices = await loadChoices();
const files = ["digits.gz", "classes.gz", "data_batch_1.bin", "points.csv", "set.npz"];
const kindOf = (path: string) => (files.includes(path) ? "file" : path === "folder" ? "folder" : "nothing");
const parse = (...words: string[]) => parseOptions(words, { choices, kindOf });

describe("parseOptions", () => {
  test("leaves all to the presets where nothing is said", () => {
    expect(parse()).toEqual({ data: { set: "ring" }, penalties: [], tricks: [], help: false });
  });

  test("reads every option", () => {
    expect(
      parse(
        ...["--data", "digits.gz", "--loss=wasserstein", "--penalty", "r1", "--penalty", "wganGp=5", "--steps", "400"],
        ...["--seed", "0", "--d-steps", "20", "--lr", "1e-3", "--batch", "64", "--probe-every", "0", "--out", "folder"],
      ),
    ).toEqual({
      data: { file: "digits.gz" },
      loss: { type: "wasserstein" },
      penalties: [{ type: "r1" }, { type: "wganGp", weight: 5 }],
      tricks: [],
      steps: 400,
      seed: 0,
      dSteps: 20,
      lr: 1e-3,
      batch: 64,
      probeEvery: 0,
      out: "folder",
      help: false,
    });
  });

  test("reads what is about images", () => {
    const images = ["--image-size", "32", "--model", "dcgan"];
    expect(parse("--data", "digits.gz", "--labels", "classes.gz", ...images)).toMatchObject({
      data: { file: "digits.gz" },
      labels: "classes.gz",
      imageSize: 32,
      model: "dcgan",
    });
    expect(parse("--data", "folder", "--on-bad", "skip")).toMatchObject({ data: { folder: "folder" }, onBad: "skip" });
    expect(parse("--data", "glyphs").data).toEqual({ images: "glyphs" });
    expect(parse("--model", "mlp")).toMatchObject({ data: { set: "ring" }, model: "mlp" });
  });

  test("reads names with options", () => {
    expect(
      parse(
        ...["--loss", "non-saturating:smoothing=0.1", "--penalty", "r1=0.5:interval=4", "--trick", "pac:samples=3"],
        ...["--trick", "labelFlipping", "--play", "unrolled:steps=10", "--optimizer", "adam:beta1=0,clipNorm=5"],
        ...["--average", "0.99"],
      ),
    ).toMatchObject({
      loss: { type: "non-saturating", smoothing: 0.1 },
      penalties: [{ type: "r1", weight: 0.5, interval: 4 }],
      tricks: [{ type: "pac", samples: 3 }, { type: "labelFlipping" }],
      play: { type: "unrolled", steps: 10 },
      optimizer: { type: "adam", beta1: 0, clipNorm: 5 },
      average: 0.99,
    });
  });

  test("takes what is where in a file of points", () => {
    const words = ["--data", "points.csv", "--columns", "x, 2,-1", "--labels", "species"];
    expect(parse(...words)).toMatchObject({
      data: { file: "points.csv" },
      columns: ["x", 2, -1],
      labelColumn: "species",
    });
    expect(parse("--data", "points.csv", "--labels", "-1")).toMatchObject({ labelColumn: -1 });
    expect(parse("--data", "set.npz", "--array", "x_test")).toMatchObject({ array: "x_test" });
    // A file of that name counts before a column.
    const file = parse("--data", "points.csv", "--labels", "classes.gz");
    expect(file).toMatchObject({ labels: "classes.gz" });
    expect(file).not.toHaveProperty("labelColumn");
  });

  test("takes --conditional by itself", () => {
    expect(parse("--conditional", "--data", "glyphs")).toMatchObject({ conditional: true, data: { images: "glyphs" } });
    expect(parse()).not.toHaveProperty("conditional");
  });

  test("takes help with anything", () => {
    expect(parse("--help", "--steps", "3").help).toBe(true);
  });

  test.each([
    { words: ["--stepz", "3"], says: /no option --stepz; these exist: --data, .*--help/ },
    { words: ["-x"], says: /no option -x/ },
    { words: ["grid"], says: /"grid" stands by itself.*--data grid/ },
    { words: ["--steps"], says: /--steps needs a value/ },
    { words: ["--steps", "--seed", "3"], says: /--steps needs a value/ },
    { words: ["--steps="], says: /--steps needs a value/ },
    { words: ["--steps", "0"], says: /--steps 0: give a whole number from 1 to/ },
    { words: ["--steps", "2.5"], says: /--steps 2\.5: give a whole number/ },
    { words: ["--steps", "many"], says: /--steps many: give a whole number/ },
    { words: ["--steps", "0x10"], says: /--steps 0x10/ },
    { words: ["--seed", "-1"], says: /--seed -1: give a whole number from 0 to 4294967295/ },
    { words: ["--seed", "4294967296"], says: /--seed 4294967296/ },
    { words: ["--d-steps", "1001"], says: /--d-steps 1001: give a whole number from 1 to 1000/ },
    { words: ["--lr", "0"], says: /--lr 0: give a number from/ },
    { words: ["--lr", "NaN"], says: /--lr NaN/ },
    { words: ["--batch", "0"], says: /--batch 0/ },
    { words: ["--probe-every", "-1"], says: /--probe-every -1/ },
    { words: ["--steps", "5", "--steps", "6"], says: /--steps is given twice, as "5" and as "6"/ },
    { words: ["--loss", "hinges"], says: /no such loss; these exist: minimax, non-saturating, / },
    { words: ["--penalty", "r3"], says: /no such penalty; these exist: r1, r2, wganGp/ },
    { words: ["--penalty", "r1:interval=65"], says: /--penalty r1 interval 65: give a whole number from 1 to 64/ },
    {
      words: ["--penalty", "r1:strength=2"],
      says: /--penalty r1 strength: there is no such option; these exist: weight, /,
    },
    { words: ["--loss", "began:gamma=2"], says: /--loss began gamma 2: give a number from 0 to 1/ },
    { words: ["--loss", "hinge=2"], says: /no such loss/ },
    { words: ["--trick", "dropout"], says: /no such trick; these exist: / },
    { words: ["--play", "extragradient", "--play", "consensus"], says: /--play is given twice/ },
    { words: ["--optimizer", "lion"], says: /no such optimizer; these exist: adam, / },
    { words: ["--penalty", "r1="], says: /write it as r1 or r1=0\.1/ },
    { words: ["--penalty", "r1=-1"], says: /--penalty r1 weight -1: give a number from 0/ },
    { words: ["--penalty", "r1=1=2"], says: /write it as r1 or r1=0\.1/ },
    { words: ["--penalty", "r1", "--penalty", "r1=2"], says: /--penalty r1 is given twice/ },
    { words: ["--data", "nothing.gz"], says: /no such file or folder, and no generated set .* ring, grid/ },
    { words: ["--model", "dcgan"], says: /--model dcgan is made for images, but ring is a set of points.*take mlp/ },
    { words: ["--data", "glyphs", "--model", "vae"], says: /no such model; these exist: mlp, dcgan, resnet/ },
    { words: ["--image-size", "32"], says: /--image-size 32: ring is a set of points in the plane/ },
    { words: ["--data", "glyphs", "--image-size", "15"], says: /--image-size 15: give a whole number from 16 to 256/ },
    { words: ["--data", "glyphs", "--labels", "classes.gz"], says: /only images in an IDX file have a file of labels/ },
    { words: ["--data", "data_batch_1.bin", "--labels", "classes.gz"], says: /only images in an IDX file/ },
    { words: ["--data", "digits.gz", "--labels", "nothing.gz"], says: /--labels nothing\.gz: there is no such file/ },
    {
      words: ["--data", "digits.gz", "--columns", "x,y"],
      says: /--columns x,y: it is about what is in a file of points/,
    },
    { words: ["--columns", "x,y"], says: /--columns x,y: it is about/ },
    { words: ["--data", "points.csv", "--array", "x"], says: /--array x: it is about what is in an \.npz file/ },
    { words: ["--data", "digits.gz", "--on-bad", "skip"], says: /--on-bad skip: it is about the files of a folder/ },
    { words: ["--data", "folder", "--on-bad", "ignore"], says: /no such choice; these exist: error, skip/ },
    { words: ["--out", "digits.gz"], says: /--out digits\.gz: this is a file/ },
    { words: ["--help=yes"], says: /--help takes no value/ },
    { words: ["--conditional=yes"], says: /--conditional takes no value/ },
    { words: ["--conditional", "--conditional"], says: /--conditional is given twice/ },
    { words: ["--cgan"], says: 'Did you mean "--conditional"?' },
  ])("refuses $words", ({ words, says }) => {
    expect(() => parse(...words)).toThrow(CommandLineError);
    expect(() => parse(...words)).toThrow(says);
  });

  test.each([
    { words: ["--loss", "lsgan"], says: 'Did you mean "least-squares"?' },
    { words: ["--loss", "wgan"], says: 'Did you mean "wasserstein"?' },
    { words: ["--loss", "WGAN-GP"], says: 'Did you mean "wasserstein" with the penalty "wganGp"?' },
    { words: ["--loss", "hinges"], says: 'Did you mean "hinge"?' },
    { words: ["--loss", "wganGp"], says: 'Did you mean "wasserstein" with the penalty "wganGp"?' },
    { words: ["--loss", "r1"], says: "It is a penalty: --penalty r1." },
    { words: ["--penalty", "spectralNorm"], says: "It is a trick: --trick spectralNorm." },
    { words: ["--penalty", "wgan-gp"], says: 'Did you mean "wganGp"?' },
    { words: ["--penalty", "wganGp:goal=1"], says: "these exist: weight, interval, target." },
    { words: ["--penalty", "wganGp:targt=1"], says: 'Did you mean "target"?' },
    { words: ["--trick", "ada"], says: 'Did you mean "adaptiveAugment"?' },
    { words: ["--play", "eg"], says: 'Did you mean "extragradient"?' },
    { words: ["--optimizer", "adam-w"], says: 'Did you mean "adamw"?' },
    { words: ["--data", "rings"], says: 'Did you mean "ring"?' },
    { words: ["--data", "glyphs", "--model", "dc-gan"], says: 'Did you mean "dcgan"?' },
    { words: ["--data", "folder", "--on-bad", "skipp"], says: 'Did you mean "skip"?' },
    { words: ["--stepz", "3"], says: 'Did you mean "--steps"?' },
    { words: ["--batch_size", "3"], says: 'Did you mean "--batch"?' },
    { words: ["--epochs", "3"], says: 'Did you mean "--steps"?' },
    { words: ["--learning-rate", "3"], says: 'Did you mean "--lr"?' },
    { words: ["--n-critic", "5"], says: 'Did you mean "--d-steps"?' },
    { words: ["-h"], says: 'Did you mean "--help"?' },
  ])("answers $words with what is meant", ({ words, says }) => {
    expect(() => parse(...words)).toThrow(CommandLineError);
    expect(() => parse(...words)).toThrow(says);
  });

  test("takes a generated set before a file of the same name", () => {
    const everywhere = { choices, kindOf: () => "file" as const };
    expect(parseOptions(["--data", "grid"], everywhere).data).toEqual({ set: "grid" });
  });

  test("does not take names that every object has", () => {
    expect(() => parse("--data", "constructor")).toThrow(/no generated set/);
    expect(() => parse("--penalty", "toString")).toThrow(/no such penalty/);
  });
});

describe("helpText", () => {
  const help = helpText(choices);

  test("names every option, and everything that an option can name", () => {
    for (const name of Object.keys(choices.trainOptions)) expect(help).toContain(`--${name}`);
    for (const name of Object.keys(choices.dataSetTitles)) expect(help).toContain(name);
    for (const name of Object.keys(choices.imageSetTitles)) expect(help).toContain(name);
    for (const name of choices.modelNames) expect(help).toContain(name);
    for (const entries of Object.values(choices.gameOptions)) {
      for (const [name, options] of Object.entries(entries)) {
        expect(help).toContain(` ${name}`);
        for (const [option, spec] of Object.entries(options as Record<string, { default: number }>)) {
          if (option !== "interval") expect(help).toContain(`${option}=${spec.default}`);
        }
      }
    }
  });

  test("says what every option of a game's part means", () => {
    const text = help.replace(/\s+/g, " ");
    for (const entries of Object.values(choices.gameOptions)) {
      for (const options of Object.values(entries)) {
        for (const [name, { default: value, about }] of Object.entries(options)) {
          if (name === "interval" || name === "weight") continue;
          expect(about).not.toBe("");
          expect(text).toContain(` ${name}=${value} ${about}`);
        }
      }
    }
  });

  test("is in groups", () => {
    const groups = help.split("\n").filter((line) => /^[A-Z][a-z]+$/.test(line));
    expect(groups).toEqual(["Data", "Model", "Game", "Training", "Output"]);
  });

  test("fits a terminal", () => {
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

test("docs/options.md is what the table says", async () => {
  const page = await readFile(new URL("../../../docs/options.md", import.meta.url), "utf8");
  expect(page, "npm run options-page writes it").toBe(optionsPage(choices));
});

describe("swallowedByNpm", () => {
  test("says how to write options that npm took", () => {
    expect(swallowedByNpm({ npm_config_d_steps: "20" }, choices)).toMatch(/npm took --d-steps.*npm start -- --d-steps/);
  });

  test("leaves npm's own options alone", () => {
    expect(swallowedByNpm({ npm_config_cache: "/root/.npm", PATH: "/bin" }, choices)).toBeUndefined();
  });
});
