/** Every remedy that the library can give, in the words of every place: with names that exist there. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { data, gan, nn, probes } from "saddlepoint";
import { describe, expect, test } from "vitest";
import { inOptions } from "../../../../apps/job/images/open_data.ts";
import { commandLine } from "../../../../apps/job/options/command_line.ts";
import { trainOptions } from "../../../../apps/job/options/train_options.ts";
import { choices as imageChoices, defaultSetup as imageSetup } from "../../../../apps/live/images/setup.ts";
import { defaultSetup, choices as ringChoices } from "../../../../apps/live/ring/setup.ts";
import { controlLabels, pageSurface } from "../../../../apps/live/shared/remedies.ts";
import { type Surface, spokenAdvice, spokenRemedies } from "../../../../apps/shared/remedies.ts";
import { adviceOn } from "../../../../src/gan/trainer/combinations.ts";
import type { ResolvedConfig } from "../../../../src/gan/trainer/trainer_config.ts";
import { facts, healthy, ill, made } from "../../probes/made_telemetry.ts";

const pageOf = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../../apps/live/${name}/index.html`, import.meta.url)), "utf8");

/** Of runs with every ailment. */
const findings = Object.values(ill).flatMap(({ columns, lasts }) => {
  const examiner = new probes.Examiner(probes.defaultRules);
  examiner.see(made({ ...healthy, ...columns }, { to: 3 * lasts + 2400 }), facts);
  return examiner.findings().filter(({ severity }) => severity !== "info");
});

/** Ailments that need what a place does not offer: another network, or the rate of one player. */
const without = (surface: Surface) => [
  ...new Set(
    findings.flatMap(({ ailment, remedies }) => (spokenRemedies(remedies, surface).length === 0 ? [ailment] : [])),
  ),
];

const fewImages = data.images({ values: new Uint8Array(40 * 64).map((_, i) => (i * 37) % 256), shape: [40, 8, 8] });
const imageFindings = [16, 64].flatMap((batchSize) => data.inspectImages(fewImages, { batchSize }));

const warnings = Object.values<gan.LossEntry>(gan.losses).flatMap(({ create }) => create({} as never).warning ?? []);

// Samples act on each other, the end is no logit, and the data lies far out.
const layered = { ...nn.mlp([2, 4, 1], { outputActivation: "sigmoid" }), mixesSamples: true };
const farOut = { ...data.gaussianRing(), range: [-100, 300] as const };
const combined = adviceOn({
  penalties: [{ name: "r1", entry: gan.penalties.r1, weight: 1, interval: 8, options: {} }],
  tricks: [],
  optimizers: { generator: { type: "sgd", lr: 1 }, discriminator: { type: "sgd", lr: 1 } },
  loss: { name: "wasserstein", entry: gan.losses.wasserstein, options: {} },
  penaltyInterval: 8,
  generator: nn.mlp([2, 4, 2], { outputActivation: "tanh" }),
  discriminator: layered,
  data: farOut,
} as unknown as ResolvedConfig);

const advices: probes.Advice[] = [
  ...findings.map(({ message: problem, remedies }) => ({ problem, remedies })),
  ...imageFindings.map(({ message: problem, remedies = [] }) => ({ problem, remedies })),
  ...warnings,
  ...combined,
];
const remedies = advices.flatMap((advice) => advice.remedies);

const ringPage = pageSurface(ringChoices, defaultSetup, false);
const busyRing = pageSurface(ringChoices, { ...defaultSetup, discriminatorSteps: 5 }, false);
const imagePage = pageSurface(imageChoices, { ...imageSetup, discriminatorSteps: 2 }, true);

test("what there is covers every kind of problem", () => {
  expect(new Set(findings.map(({ ailment }) => ailment)).size).toBe(probes.defaultRules.length - 1);
  expect(warnings.length).toBeGreaterThan(3);
  expect(imageFindings.some((finding) => finding.kind === "few images")).toBe(true);
  expect(new Set(remedies.flatMap(({ changes }) => changes.map(({ kind }) => kind)))).toEqual(
    new Set(["loss", "play", "penalty", "trick", "scale", "momentum", "advice"]),
  );
});

test("no problem names an option, a function or a control of one place", () => {
  for (const { problem } of advices) expect(problem).not.toMatch(/gan\.|--\w|\bonBad\b|snapshot|\(\)|"[a-z]+"/);
});

describe("in the library", () => {
  const registries = { loss: gan.losses, penalty: gan.penalties, trick: gan.tricks };
  test.each(remedies.map((remedy) => [remedy.text, remedy] as const))("%s", (text, { changes }) => {
    expect(text).not.toMatch(/undefined|\bnull\b|^,| {2}/);
    for (const change of changes) {
      if (change.kind === "loss" || change.kind === "penalty" || change.kind === "trick") {
        expect(Object.keys(registries[change.kind])).toContain(change.name);
        expect(text).toContain(`the ${change.kind} "${change.name}"`);
      }
      if (change.kind === "scale") expect(text).toContain(`${change.factor < 1 ? "lower" : "raise"} ${change.name}`);
    }
  });
});

describe("on the command line", () => {
  const spoken = spokenRemedies(remedies, commandLine);
  const { losses, penalties, tricks } = gan;
  const known = { "--loss": losses, "--penalty": penalties, "--trick": tricks } as Readonly<Record<string, object>>;

  test.each(spoken)("%s", (text) => {
    const options = [...text.matchAll(/(--[\w-]+)(?: (\w[\w-]*))?/g)];
    expect(text).not.toMatch(/undefined|LearningRate|type:|[a-z][A-Z]\w*Steps/);
    for (const [, option = "", name = ""] of options) {
      expect(Object.keys(trainOptions).map((each) => `--${each}`)).toContain(option);
      if (Object.hasOwn(known, option)) expect(Object.keys(known[option] as object)).toContain(name);
    }
  });

  test("has something to offer for every finding", () => {
    expect(without(commandLine)).toEqual(["vanishing-generator-gradient", "frozen-player", "gradient-underflow"]);
    expect(spoken).toContain("--loss wasserstein and --penalty wganGp, for a gain that is always 1");
    expect(spoken.join("\n")).toContain("a lower --lr, for steps that stay finite");
  });

  test("options of a penalty or a trick are written as npm start reads them", () => {
    const change = { kind: "penalty", name: "wganGp", options: { weight: 5, interval: 2 } } as const;
    expect(commandLine(change, [change])).toBe("--penalty wganGp:weight=5,interval=2");
  });

  test("a file that can't be used is left out by --on-bad", async () => {
    const files = [new File([new Uint8Array(3)], "broken.png")];
    const decode = () => Promise.reject(new Error("it is damaged"));
    const error = await data.imageFiles(files, { size: 4, decode }).catch((reason: Error) => reason);
    expect((error as Error).message).toContain('give onBad: "skip"');
    expect(inOptions((error as Error).message)).toContain("give --on-bad skip");
    expect(inOptions((error as Error).message)).not.toContain("onBad");
  });
});

describe.each([
  ["ring", ringPage],
  ["ring", busyRing],
  ["images", imagePage],
] as const)("on the page %s", (name, surface: Surface) => {
  const html = pageOf(name);
  const labels = [...html.matchAll(/<label class="control"[^>]*>([^<]+)</g)].map((match) => match[1]);
  const lists = name === "ring" ? ringChoices : imageChoices;

  test("every remedy that is offered names a control and a choice of it", () => {
    const spoken = spokenRemedies(remedies, surface);
    expect(spoken.length).toBeGreaterThan(5);
    for (const text of spoken) {
      expect(text).not.toMatch(/undefined|gan\.|--|type:|LearningRate|[a-z]Steps\b|batchSize/);
      for (const [, label, choice] of text.matchAll(/“([^”]+)”(?: to ([\w-]+))?/g)) {
        expect(labels).toContain(label);
        const kind = (["loss", "penalty", "trick"] as const).find((key) => controlLabels[key] === label);
        expect(kind !== undefined).toBe(choice !== undefined);
        if (kind) expect(lists[kind] as readonly string[]).toContain(choice);
      }
    }
  });

  test("has something to offer for every finding", () => {
    // Advice on the data is for who brings their own, which the page of the ring does not take.
    const ofPoints = name === "ring" ? ["data-out-of-range"] : [];
    expect(without(surface)).toEqual(["gradient-underflow", "drowned-term", ...ofPoints]);
  });
});

test("a page leaves out what it has no control for, or none that goes further", () => {
  const batch = { kind: "scale", name: "batchSize", factor: 0.5 } as const;
  const steps = { kind: "scale", name: "discriminatorSteps", factor: 0.5 } as const;
  expect(ringPage(batch, [batch])).toBeUndefined();
  expect(imagePage(batch, [batch])).toBe("lower “Batch size”");
  const smallest = pageSurface(imageChoices, { ...imageSetup, batchSize: 16 }, true);
  expect(smallest(batch, [batch])).toBeUndefined();
  expect(ringPage(steps, [steps])).toBeUndefined();
  expect(busyRing(steps, [steps])).toBe("lower “Discriminator steps a generator step”");
  const capacity = { kind: "advice", about: "generator", text: "give the generator more capacity" } as const;
  expect(imagePage(capacity, [capacity])).toBeUndefined();
});

test("advice without a remedy to be had there is the problem alone", () => {
  const nothing: Surface = () => undefined;
  for (const advice of advices) {
    expect(spokenAdvice(advice, nothing)).toBe(advice.problem);
    expect(spokenAdvice(advice, commandLine)).toMatch(/\.$/);
  }
});
