/** `--config FILE`: what a file says is what its words on the command line would. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadChoices } from "../../../tools/start/choices.mjs";
import { withConfigFile } from "../../../tools/start/config_file.mjs";
import { parseOptions } from "../../../tools/start/options.mjs";
import { CommandLineError } from "../../../tools/terminal/command_line_error.mjs";

const choices = await loadChoices();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function options(config: unknown, ...words: string[]) {
  const path = await file("run.json", JSON.stringify(config));
  const all = await withConfigFile(["--config", path, ...words], choices);
  return parseOptions(all, { choices, kindOf: (given) => (given.endsWith(".csv") ? "file" : "nothing") });
}

const parsed = (...words: string[]) => parseOptions(words, { choices, kindOf: () => "nothing" });

describe("withConfigFile", () => {
  test("reads what the command line reads, in its spelling and in one word", async () => {
    expect(
      await options({
        data: "grid",
        loss: "hinge",
        penalty: ["r1=0.5", { type: "leCam", decay: 0.9 }],
        dSteps: 2,
        "probe-every": 0,
        lr: 1e-3,
        conditional: true,
        optimizer: { type: "adam", beta1: 0 },
      }),
    ).toEqual(
      parsed(
        ...[
          "--data",
          "grid",
          "--loss",
          "hinge",
          "--penalty",
          "r1=0.5",
          "--penalty",
          "leCam:decay=0.9",
          "--d-steps",
          "2",
        ],
        ...["--probe-every", "0", "--lr", "1e-3", "--conditional", "--optimizer", "adam:beta1=0"],
      ),
    );
  });

  test("says nothing of what the command line says", async () => {
    const config = { steps: 100, penalty: ["r1", "leCam"], seed: 3 };
    expect(await options(config, "--steps", "7", "--penalty=wganGp")).toMatchObject({
      ...{ steps: 7, seed: 3, penalties: [{ type: "wganGp" }] },
    });
    expect(await options({ conditional: false })).toEqual(parsed());
  });

  test("means paths from where it lies", async () => {
    await file("points.csv", "1,2\n");
    expect((await options({ data: "points.csv" })).data).toEqual({ file: join(folder, "points.csv") });
    expect((await options({ out: "here" })).out).toBe(join(folder, "here"));
  });

  test("takes a module, or a function of one", async () => {
    const plain = await file("plain.mjs", "export default { steps: 12 };");
    const made = await file("made.mjs", "export default async () => ({ steps: 3 * 4 });");
    for (const path of [plain, made])
      expect(await withConfigFile([`--config=${path}`], choices)).toEqual(["--steps=12"]);
  });

  test.each([
    ["nothing", /needs the path of a file/],
    ["no file", /there is no such file/],
    ['{ "steps": ', /can't be read \(.*JSON.*\); give a JSON file/],
    ["[1]", /it holds \[1\]; give a JSON file/],
    ['{ "los": "hinge" }', /no option "los"; these exist: .* Did you mean "loss"\?/],
    ['{ "steps": null }', /"steps" is null; give what stands behind --steps/],
    ['{ "conditional": "yes" }', /"conditional" is "yes"; give true or false/],
    ['{ "config": "other.json" }', /no option "config"/],
  ])("refuses %s in a sentence", async (text, sentence) => {
    const path = text === "no file" ? join(folder, "none.json") : await file("wrong.json", text);
    const words = text === "nothing" ? ["--config"] : ["--config", path];
    await expect(withConfigFile(words, choices)).rejects.toThrow(CommandLineError);
    await expect(withConfigFile(words, choices)).rejects.toThrow(sentence);
  });
});
