/** What would have been, and a run that is healed by what was tried on copies of it. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import "../../../src/public/extras/steward.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { branch } from "../../../src/gan/steward/branch.ts";
import { candidates } from "../../../src/gan/steward/candidates.ts";
import { compare } from "../../../src/gan/steward/compare.ts";
import { trialTree } from "../../../src/gan/steward/trial_tree.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import type { Finding } from "../../../src/probes/finding.ts";
import { lowerRates, remedy } from "../../../src/probes/remedies.ts";
import type { Rule } from "../../../src/probes/rules/rule.ts";
import { someOf } from "../../browser/some_of.ts";
import { createEngine, reportsOf, smallGame, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const adam = (lr: number, beta = 0.5) => ({ type: "adam", lr, betas: [beta, 0.999] }) as const;
const able = {
  generator: mlp([2, 32, 32, 2], { activation: "relu" }),
  discriminator: mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
  batchSize: 64,
} satisfies Partial<TrainerConfig>;
const still = { ...able, optimizer: { generator: adam(1e-9), discriminator: adam(1e-3) } };

describe("a branch", () => {
  test("without a change is what the run becomes, and leaves it as it is", async () => {
    await withTrainer(engine, able, async (trainer) => {
      await reportsOf(trainer, { steps: 7, reportEvery: 7 });
      const before = (await trainer.snapshot()).states;
      const { from, step, snapshot, telemetry } = await branch(trainer, [], { steps: 40 });
      expect([from, step, telemetry.rows.length]).toEqual([7, 47, 40]);
      expect((await trainer.snapshot()).states).toStrictEqual(before);
      await reportsOf(trainer, { steps: 40, reportEvery: 40 });
      expect((await trainer.snapshot()).states).toStrictEqual(snapshot.states);
    });
  });

  test("with changes of controls, of optimisers, of the game, and of a network", async () => {
    await withTrainer(engine, { ...able, penalties: { type: "r1", weight: 0.1 } }, async (trainer) => {
      await reportsOf(trainer, { steps: 5, reportEvery: 5 });
      trainer.controls.set("generatorLearningRate", 1e-4);
      const slower = await trainer.fork([
        { kind: "scale", name: "generatorLearningRate", factor: 0.5 },
        { kind: "scale", name: "r1Weight", factor: 3 },
        { kind: "momentum", value: 0 },
      ]);
      expect(slower.step).toBe(5);
      expect(slower.controls.get("generatorLearningRate")).toBeCloseTo(5e-5);
      expect(slower.controls.get("r1Weight")).toBeCloseTo(0.3);
      expect(slower.config.optimizers.generator.config).toMatchObject({ betas: [0, 0.999] });
      slower.dispose();
      const other = await trainer.fork([
        { kind: "loss", name: "hinge" },
        { kind: "trick", name: "pac" },
      ]);
      expect(other.config.loss.name).toBe("hinge");
      const [mine, its] = [await trainer.parameters(), await other.parameters()];
      expect(its.generator).toEqual(mine.generator);
      expect(its.discriminator.length).toBeGreaterThan(mine.discriminator.length);
      await reportsOf(other, { steps: 2, reportEvery: 2 });
      other.dispose();
      await expect(branch(trainer, [], { steps: 20 })).rejects.toThrow("takes 20");
      await expect(trainer.fork([{ kind: "penalty", name: "none" }])).rejects.toThrow('"none"');
    });
  });

  test("can be what the run goes on as", async () => {
    await withTrainer(engine, { ...still, history: {} }, async (trainer) => {
      await reportsOf(trainer, { steps: 5, reportEvery: 5 });
      const fork = await trainer.fork([
        { kind: "scale", name: "generatorLearningRate", factor: 1e6 },
        { kind: "penalty", name: "r1" },
      ]);
      await reportsOf(fork, { steps: 5, reportEvery: 5 });
      const expected = await fork.parameters();
      await trainer.adopt(fork);
      expect(fork.isDisposed).toBe(true);
      expect(await trainer.parameters()).toEqual(expected);
      expect(trainer.step).toBe(10);
      expect(trainer.config.penalties.map(({ name }) => name)).toEqual(["r1"]);
      expect(trainer.controls.names).toContain("r1Weight");
      await reportsOf(trainer, { steps: 5, reportEvery: 5 });
      await trainer.rewind(12);
      await expect(trainer.rewind(9)).rejects.toThrow("from 10");
      await expect(trainer.adopt(fork)).rejects.toThrow("disposed");
      await expect(trainer.adopt(trainer)).rejects.toThrow("itself");
      const other = await createEngine();
      await withTrainer(other, still, (stranger) => expect(trainer.adopt(stranger)).rejects.toThrow("another engine"));
      other.destroy();
      // @ts-expect-error
      await expect(trainer.adopt({})).rejects.toThrow("fork()");
    });
  });
});

const r1 = { kind: "penalty", name: "r1" };
const momentum = { kind: "momentum", value: 0.5 };
const scaled = (name: string, factor: number) => ({ kind: "scale", name, factor: expect.closeTo(factor, 4) });
const [faster, slower] = [scaled("generatorLearningRate", 2), scaled("discriminatorLearningRate", 0.2)];
const moreSteps = scaled("discriminatorSteps", 5);
const usualAdam = [{ kind: "optimizer", name: "adam", options: { lr: 2e-3 } }, momentum];
const clipped = { generator: adam(1e-3, 0.9), discriminator: { ...adam(1e-3, 0.9), clipWeights: 0.1 } };

const usual: readonly (readonly [string, Partial<TrainerConfig>, readonly (readonly object[])[]])[] = [
  ["R1 alone, where the optimisers are so", { optimizer: adam(1e-3) }, [[r1]]],
  [
    "a penalty's usual weight",
    { optimizer: adam(1e-3), penalties: { type: "r1", weight: 1e3 } },
    [[{ kind: "scale", name: "r1Weight", factor: expect.closeTo(1e-4, 9) }]],
  ],
  ["nothing, where a penalty is too", { optimizer: adam(1e-3), penalties: "wganGp" }, []],
  ["less momentum", { optimizer: adam(1e-3, 0.9) }, [[momentum, r1], [momentum]]],
  [
    "one rate for both",
    { optimizer: { generator: adam(1e-3), discriminator: adam(1e-2) } },
    [
      [faster, slower, r1],
      [faster, slower],
    ],
  ],
  [
    "Adam in the place of a rate of 0",
    { optimizer: { generator: adam(0), discriminator: adam(1e-3) } },
    [[...usualAdam, r1], usualAdam],
  ],
  ["and in that of what isn't built on it", { optimizer: "sgd", penalties: "r1" }, [usualAdam]],
  [
    "and where an epsilon holds it",
    { optimizer: { type: "adam", lr: 1e-3, epsilon: 1 }, penalties: "r1" },
    [usualAdam],
  ],
  ["more steps for a critic of scores", { loss: "wasserstein", optimizer: adam(1e-3) }, [[r1, moreSteps]]],
  [
    "also where it has a penalty",
    { loss: "wasserstein", optimizer: adam(1e-3), penalties: "wganGp", discriminatorSteps: 2 },
    [[scaled("discriminatorSteps", 2.5)]],
  ],
  [
    "not where it has as many",
    { loss: "wasserstein", optimizer: adam(1e-3), penalties: "wganGp", discriminatorSteps: 6 },
    [],
  ],
  [
    "R1 in the place of clipped weights, which stay without it",
    { loss: "wasserstein", optimizer: clipped },
    [[...usualAdam, r1, moreSteps], [momentum]],
  ],
];

test.each(someOf(usual))("what most games get along with: %s", async (_, config, changes) => {
  await withTrainer(engine, config, async (trainer) => {
    expect(candidates(trainer, []).map((remedy) => remedy.changes)).toEqual(changes);
  });
});

test.runIf(inject("isThorough"))("every candidate makes a game that can be trained", async () => {
  const autoencoder = { loss: "began", discriminator: mlp([2, 8, 2]), optimizer: adam(1e-2) } as const;
  for (const config of [{ loss: "wasserstein", optimizer: clipped } as const, autoencoder]) {
    await withTrainer(engine, config, async (trainer) => {
      const all = candidates(trainer, []);
      expect(all.length).toBeGreaterThan(0);
      for (const { changes } of all) {
        const fork = await trainer.fork(changes);
        await reportsOf(fork, { steps: 1 });
        fork.dispose();
      }
    });
  }
});

const findingOf = (...remedies: Finding["remedies"]): Finding => ({
  ailment: "penalty-blow-up",
  severity: "warning",
  site: "discriminator/r1",
  sinceStep: 0,
  message: "it outweighs the loss",
  evidence: {},
  remedies,
});

test("what most games get along with takes the weight that a finding would give a penalty", async () => {
  const config = { optimizer: { generator: adam(1e-3), discriminator: adam(1e-2) }, penalties: "r1" } as const;
  const lighter = { kind: "scale", name: "r1Weight", factor: 1e-3 } as const;
  await withTrainer(engine, config, async (trainer) => {
    const changes = candidates(trainer, [findingOf(remedy("", lighter))]).map((one) => one.changes);
    expect(changes).toEqual([[faster, slower, lighter], [faster, slower], [lighter]]);
  });
});

test.each([
  ["comes last where rates are usual, or lower", 2e-3, [[r1], [{ kind: "play", name: "extragradient" }], lowerRates]],
  ["stands where it stood where they are higher", 2e-2, [lowerRates, [{ kind: "play", name: "extragradient" }]]],
])("lowering both rates %s", async (_, lr, changes) => {
  const finding = findingOf(remedy("", ...lowerRates), remedy("", { kind: "play", name: "extragradient" }));
  await withTrainer(engine, { optimizer: adam(lr) }, async (trainer) => {
    const all = candidates(trainer, [finding]).map((one) => one.changes);
    expect(all.slice(-changes.length)).toEqual(changes);
  });
});

test("a fork with another optimiser has its rates, not those that were moved", async () => {
  const optimizer = { generator: adam(0), discriminator: adam(1e-3) };
  await withTrainer(engine, { optimizer }, async (trainer) => {
    const fork = await trainer.fork([{ kind: "optimizer", name: "adam", options: { lr: 2e-3 } }]);
    for (const name of ["generatorLearningRate", "discriminatorLearningRate"] as const) {
      expect(fork.controls.get(name)).toBeCloseTo(2e-3, 8);
    }
    fork.dispose();
  });
});

test("rules are told the momentum of optimisers that have one by name", async () => {
  const seen: unknown[] = [];
  const rule: Rule = {
    name: "curious",
    watch: ({ configuration }) => {
      seen.push(configuration?.momentum);
      return [];
    },
  };
  const optimizer = { generator: adam(1e-3, 0.9), discriminator: "sgd" } as const;
  await withTrainer(engine, { optimizer, probes: { rules: [rule] } }, (trainer) => reportsOf(trainer, { steps: 1 }));
  expect(seen[0]).toMatchObject({ generator: 0.9 });
});

test("a steward heals a generator that stands still, and says what it tried", { timeout: 240_000 }, async () => {
  await withTrainer(engine, { ...still, steward: { steps: 100, remedies: 2 } }, async (trainer) => {
    const reports = await reportsOf(trainer, { steps: 500, reportEvery: 100 });
    const steward = reports.at(-1)?.steward;
    const [trial] = steward?.trials ?? [];
    expect(trial?.finding.ailment).toBe("frozen-player");
    expect(trial?.from).toBe(0);
    expect(trial?.chosen).toBeGreaterThan(0);
    expect(trial?.branches[0]).toMatchObject({ what: "no change", changes: [] });
    expect(trainer.step).toBe(500);
    expect(trainer.controls.get("generatorLearningRate")).toBeGreaterThan(1e-8);
    expect(steward?.spent).toBeLessThanOrEqual(steward?.budget ?? 0);
    // What the run goes on as has taken steps that the run need not take any more.
    const costs = steward?.trials.map(({ step, from, branches, chosen }) => {
      const taken = branches.reduce((sum, { steps }) => sum + steps, 0);
      return taken - (chosen > 0 ? Math.max(0, from + (branches[chosen]?.steps ?? 0) - step) : 0);
    });
    expect(steward?.spent).toBe(costs?.reduce((sum, cost) => sum + cost, 0));
    expect(reports.at(-1)?.findings.map(({ ailment }) => ailment)).not.toContain("frozen-player");
    const tree = trialTree(steward?.trials ?? []);
    expect(tree).toMatch(/^step 200: Frozen player/);
    expect(tree).toMatch(/it went on so: generatorLearningRate x 200000/);
  });
});

test.each(["aborted", "disposed"])(
  "a steward whose run is %s tries no further, and leaves nothing behind",
  async (how) => {
    const endEarly = () =>
      withTrainer(engine, { ...still, steward: { steps: 200 } }, async (trainer) => {
        const ended = new AbortController();
        const run = trainer.train({ steps: 500, reportEvery: 100, signal: ended.signal });
        await run.next();
        // It tries, meanwhile.
        const next = run.next().then(
          () => "a report, or the end",
          (error: unknown) => String(error),
        );
        await new Promise((resolve) => setTimeout(resolve, 300));
        if (how === "aborted") ended.abort();
        else trainer.dispose();
        expect(await next).toMatch(how === "aborted" ? /report/ : /disposed/);
        await run.return();
      });
    // The engine keeps some buffers for whoever comes next; a trainer that is left behind has dozens.
    await endEarly();
    const before = engine.stats().liveBuffers;
    await endEarly();
    expect(engine.stats().liveBuffers).toBeLessThan(before + 8);
  },
);

test("a run without findings is the same with a steward", async () => {
  const parametersOf = (config: Partial<TrainerConfig>) =>
    withTrainer(engine, { ...able, ...config }, async (trainer) => {
      await reportsOf(trainer, { steps: 100, reportEvery: 20 });
      return trainer.parameters();
    });
  expect(await parametersOf({ steward: {} })).toEqual(await parametersOf({}));
});

test("several configurations are compared from one seed", async () => {
  const config = { ...smallGame, ...able };
  const { runs, series } = await compare(engine, [config, { ...config, loss: "hinge", seed: 7 }], { steps: 50 });
  expect(runs.map(({ distance }) => Number.isFinite(distance.value))).toEqual([true, true]);
  const losses = series("loss/generator");
  expect(losses.map(({ length }) => length)).toEqual([50, 50]);
  // The same first samples, under another loss.
  expect(series("samples/deviationFake").map(([first]) => first)).toEqual(
    Array(2).fill(series("samples/deviationFake")[0]?.[0]),
  );
  expect(losses[0]).not.toEqual(losses[1]);
  await expect(compare(engine, [], { steps: 50 })).rejects.toThrow("at least one");
});
