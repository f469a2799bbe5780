/** What is wrong with a run, from its log or a table. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnose, diagnoseSpec } from "../../../../tools/command/diagnose.mjs";
import { called, expectHelp, expectMistake, madeRun, temporaryFolder, toldUntil } from "./made_run.ts";

test("the help fits, and has every option", () => expectHelp(diagnose, Object.keys(diagnoseSpec.options)));

test("of a run: what was found, when, and what to try in options of the command line", async () => {
  const { code, said } = await called(diagnose, await madeRun(toldUntil(300)));
  expect(code).toBe(0);
  expect(said).toMatch(/ring: steps 0 to 299, 1 finding\./);
  expect(said).toMatch(/warning: vanishing generator gradient at discriminator\/logit\n {2}a sentence\n/);
  expect(said).toMatch(/It was gone after step 200\./);
  expect(said).toMatch(/Evidence {2}medianLog10Gain -3\.5/);
  expect(said).toMatch(/Try {7}--loss hinge/);
});

test("of one that shows it still", async () => {
  const { said } = await called(diagnose, await madeRun(toldUntil(200)));
  expect(said).toMatch(/It shows at the end, too\./);
});

test("of one that told nothing", async () => {
  const { code, said } = await called(diagnose, await madeRun([]));
  expect(code).toBe(0);
  expect(said).toMatch(/nothing was measured yet/);
});

/** A table of steps whose loss lets nothing through from step 40 to step `until`. */
function table(until: number, columns: readonly string[] = ["lossGain/medianLog10", "balance/logitFake"]): string {
  const rows = Array.from({ length: 300 }, (_, step) => {
    const bad = step >= 40 && step < until;
    return [step, ...columns.map((name) => (name.startsWith("lossGain") ? (bad ? -5 : -0.1) : -9))].join(",");
  });
  return [["step", ...columns].join(","), ...rows, ""].join("\r\n");
}

async function written(text: string): Promise<string> {
  const file = join(await temporaryFolder(), "telemetry.csv");
  await writeFile(file, text);
  return file;
}

describe("of a table", () => {
  test("an ailment shows with its first step, and what it lacks is said", async () => {
    const { code, said } = await called(diagnose, await written(table(300)));
    expect(code).toBe(0);
    expect(said).toMatch(/warning: vanishing generator gradient at discriminator\/logit/);
    expect(said).toMatch(/since step 40: the loss lets/);
    expect(said).toMatch(/Try +--loss non-saturating/);
    expect(said).toMatch(/overpowering discriminator could not look: it needs the columns balance\/accuracyReal,/);
  });

  test("one that went is told as gone", async () => {
    const { said } = await called(diagnose, await written(table(200)), "--json");
    const { findings, silent, steps, version } = JSON.parse(said);
    expect(version).toBe(1);
    expect(steps).toEqual([0, 299]);
    expect(findings).toMatchObject([{ ailment: "vanishing-generator-gradient", firstStep: 40, active: false }]);
    expect(silent.map(({ rule }: { rule: string }) => rule)).toContain("overpowering-discriminator");
  });

  test("a loss that is not finite is found, in the step in which it was first so", async () => {
    const rows = ["step,loss/generator,loss/discriminator", "0,1,1", "1,1,nan", "2,inf,nan"];
    const { said } = await called(diagnose, await written(`\ufeff${rows.join("\n")}\n\n`));
    expect(said).toMatch(/serious: non finite values at discriminator/);
    expect(said).toMatch(/in step 1\b/);
  });

  test("a rule for logits takes no scores, where they are told to be such", async () => {
    const columns = ["accuracyReal", "accuracyFake", "logitReal", "logitFake", "ranked"].map(
      (name) => `balance/${name}`,
    );
    const rows = Array.from({ length: 200 }, (_, step) => [step, 1, 1, 20, -20, 1].join(","));
    const file = await written([["step", ...columns].join(","), ...rows].join("\n"));
    expect((await called(diagnose, file)).said).toMatch(/overpowering discriminator at/);
    expect((await called(diagnose, file, "--output", "score")).said).not.toMatch(/overpowering/);
  });

  test("in the folder of its run it is known what the loss is", async () => {
    const run = await madeRun(toldUntil(100, { loss: "wasserstein" }));
    const columns = ["accuracyReal", "accuracyFake", "logitReal", "logitFake", "ranked"].map(
      (name) => `balance/${name}`,
    );
    const rows = Array.from({ length: 200 }, (_, step) => [step, 1, 1, 20, -20, 1].join(","));
    await writeFile(join(run, "telemetry.csv"), [["step", ...columns].join(","), ...rows].join("\n"));
    expect((await called(diagnose, join(run, "telemetry.csv"))).said).not.toMatch(/overpowering/);
    await writeFile(join(run, "log.jsonl"), "");
    expect((await called(diagnose, run)).said).toMatch(/overpowering/);
    expect(await readFile(join(run, "log.jsonl"), "utf8")).toBe("");
  });
});

describe("a mistake is a sentence", () => {
  test.each([
    ["nothing", "", /no column "step" \(it is empty\)/],
    ["no steps", "a,b\n1,2\n", /no column "step" \(it begins with "a"\)/],
    ["semicolons", "step;a\n1;2\n", /no column "step" \(it begins with "step;a"\)/],
    ["a column twice", "step,a,a\n1,2,3\n", /the column "a" twice/],
    ["a short line", "step,a\n1,2\n2\n", /Line 3 has 1 cells, and the first line 2 names/],
    ["a word", "step,a\n1,much\n", /Line 2 has "much" in the column "a"/],
    ["half a step", "step,a\n0.5,2\n", /Line 2 is of step "0\.5"; steps are whole/],
    ["a step again", "step,a\n1,2\n1,2\n", /Line 3 is of step "1" after step 1/],
  ])("%s", async (_, text, says) => {
    await expectMistake(diagnose, [await written(text)], says);
  });

  test("no run, or words that do not fit", async () => {
    await expectMistake(diagnose, ["nowhere"], /there is no run here/);
    await expectMistake(diagnose, [await madeRun([]), "--output", "score"], /the loss of a run is known/);
    await expectMistake(diagnose, ["a", "--jsn"], /Did you mean "--json"\?/);
  });
});
