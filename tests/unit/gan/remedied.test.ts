/** Every remedy that a finding of the library may have can be made: the options check takes what comes of it. */
import { describe, expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { fittingRemedies } from "../../../src/gan/trainer/combinations.ts";
import { resolveParts } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import { remedied } from "../../../src/gan/trainer/remedied.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { Examiner } from "../../../src/probes/diagnosis/examiner.ts";
import { type Change, type Remedy, remedy } from "../../../src/probes/remedies.ts";
import { defaultRules } from "../../../src/probes/rules/defaults.ts";
import { configuration, facts, healthy, ill, made } from "../probes/made_telemetry.ts";

const config = {
  generator: mlp([2, 8, 2]),
  discriminator: mlp([2, 8, 1], { activation: "leakyRelu" }),
  data: gaussianRing(),
  loss: "minimax",
  discriminatorSteps: 4,
  batchSize: 64,
} satisfies TrainerConfig;

/** Some remedies add a penalty, others make one that is there lighter. */
const held = { ...config, penalties: [{ type: "r1", weight: 0.2 }] } satisfies TrainerConfig;

const parts = ({ batchSize: _, ...game }: TrainerConfig) => resolveParts(game, byName);

/** Without those that a game on points can't have. */
const remediesOf = (given: TrainerConfig, penalties: readonly string[]): readonly Remedy[] =>
  fittingRemedies(allRemedies(penalties), parts(given), byName);

const allRemedies = (penalties: readonly string[]): Remedy[] =>
  Object.values(ill).flatMap(({ columns, lasts }) => {
    const examiner = new Examiner(defaultRules);
    const controls = { ...configuration.controls, r1Weight: penalties.length > 0 ? 0.1 : 0 };
    const given = { ...facts, configuration: { ...configuration, penalties, controls } };
    examiner.see(made({ ...healthy, ...columns }, { to: 3 * lasts + 2400 }), given);
    return examiner.findings().flatMap((finding) => finding.remedies);
  });

describe.each([
  ["without a penalty", config, remediesOf(config, [])],
  ["with one", held, remediesOf(held, ["r1"])],
] as const)("%s", (_, given, remedies) => {
  const named = new Map(remedies.map((each) => [each.text, each]));

  test.each([...named])("%s", (__, each) => {
    const changed = remedied(given, each);
    if (each.changes.every(({ kind }) => kind === "advice")) expect(changed).toBe(given);
    else expect(changed).not.toEqual(given);
  });

  test("there are many", () => {
    expect(named.size).toBeGreaterThan(15);
    for (const { changes } of remedies) expect(changes.length).toBeGreaterThan(0);
  });
});

test("what takes images is not offered to points", () => {
  const tricks = (remedies: readonly Remedy[]) =>
    remedies.flatMap(({ changes }) => changes.flatMap((change) => ("name" in change ? [change.name] : [])));
  expect(tricks(allRemedies([]))).toContain("adaptiveAugment");
  expect(tricks(remediesOf(config, []))).not.toContain("adaptiveAugment");
});

describe("a change", () => {
  const changedBy = (change: Change, of: TrainerConfig = held) => remedied(of, remedy("", change));

  test("of a rate is of that player's alone", () => {
    const { optimizers } = parts(changedBy({ kind: "scale", name: "discriminatorLearningRate", factor: 0.3 }));
    expect(optimizers.discriminator.lr).toBeCloseTo(3e-4, 10);
    expect(optimizers.generator).toMatchObject({ lr: 1e-3, config: { betas: [0.5, 0.999] } });
  });

  test("of the momentum leaves rates and the second beta", () => {
    const fast = { ...held, optimizer: { type: "adam", lr: 2e-3, betas: [0.9, 0.99] } } satisfies TrainerConfig;
    const { generator } = parts(changedBy({ kind: "momentum", value: 0.5 }, fast)).optimizers;
    expect(generator.config).toEqual({ type: "adam", lr: 2e-3, betas: [0.5, 0.99] });
    const slow = { ...held, optimizer: { type: "sgd", lr: 0.1, momentum: 0.9 } } satisfies TrainerConfig;
    expect(parts(changedBy({ kind: "momentum", value: 0.5 }, slow)).optimizers.generator.config).toMatchObject({
      momentum: 0.5,
    });
  });

  test("of steps, batches and weights keeps what they are of", () => {
    expect(changedBy({ kind: "scale", name: "discriminatorSteps", factor: 0.5 }).discriminatorSteps).toBe(2);
    expect(changedBy({ kind: "scale", name: "batchSize", factor: 0.5 }).batchSize).toBe(32);
    const [r1] = parts(changedBy({ kind: "scale", name: "r1Weight", factor: 0.1 })).penalties;
    expect(r1).toMatchObject({ name: "r1", weight: expect.closeTo(0.02, 10), interval: 1 });
  });

  test("adds a penalty or a trick to those that are there", () => {
    const both = changedBy({ kind: "trick", name: "pac" }, changedBy({ kind: "penalty", name: "r2" }));
    expect(parts(both).penalties.map(({ name }) => name)).toEqual(["r1", "r2"]);
    expect(parts(both).tricks.map(({ name }) => name)).toEqual(["pac"]);
  });

  test.each<[Change]>([
    [{ kind: "loss", name: "best" }],
    [{ kind: "penalty", name: "r1" }],
    [{ kind: "play", name: "chess" }],
  ])("that can't be made throws: %j", (change) => {
    expect(() => changedBy(change)).toThrow(/Trainer/);
  });
});
