import { beforeAll, describe, expect, test } from "vitest";
import type { OwnRun } from "./own_parts.ts";

const minute = 60_000;
const steps = 6;
const learningRate = 0.01;

/** What `own_parts.ts` makes of its own parts in a page: the report, and what lasted from step to step. */
export function ownPartsTests(train: (steps: number) => Promise<Readonly<Record<string, OwnRun>>>): void {
  let runs: Readonly<Record<string, OwnRun>>;
  beforeAll(async () => {
    runs = await train(steps);
  }, 5 * minute);

  /** Before the first step, after it, and after all. */
  const keptOf = (run: string): OwnRun["kept"] => runs[run]?.kept ?? [];
  const numbers = (run: string, path: string) => {
    const found = keptOf(run).at(-1)?.[path];
    if (!found) throw new Error(`${run} keeps no ${path}: ${Object.keys(keptOf(run).at(-1) ?? {}).join(", ")}`);
    return found;
  };
  const isMoved = (values: readonly number[]) => values.every(Number.isFinite) && values.some((value) => value !== 0);

  describe.each(["squares", "circle"])("a GAN on a source of one's own, the %s:", (name) => {
    test("the probe's columns are in the report, and the rule's finding shows", () => {
      const { columns, positive, findings } = runs[name] as OwnRun;
      expect(columns).toContain("signs/generator/1/scale/positive");
      expect(columns).toContain("signs/generator/3/shiftByLabel/positive");
      expect(columns.filter((column) => column.startsWith("signs/discriminator"))).toEqual([]);
      expect(positive).toHaveLength(steps - 1);
      expect(positive.every((share) => share >= 0 && share <= 1)).toBe(true);
      const [finding] = findings.filter(({ ailment }) => ailment === "alive");
      expect(finding?.message).toMatch(/^Alive since step \d: discriminator and generator play over a logit\.$/);
    });

    test("the loss, the penalty and the trick keep what they keep, under their names", () => {
      expect(isMoved(numbers(name, "loss/real"))).toBe(true);
      expect(numbers(name, "penalties/drift/times")).toEqual([steps]);
      expect((runs[name] as OwnRun).controls).toContain("driftWeight");
      expect(isMoved(numbers(name, "tricks/fadingNoise/judgement"))).toBe(true);
    });

    test("the rule of play keeps each player's gradient", () => {
      for (const player of ["generator", "discriminator"]) {
        const gradient = numbers(name, `play/${player}`);
        expect(gradient).toHaveLength(numbers(name, `networks/${player}/parameters`).length);
        expect(isMoved(gradient)).toBe(true);
      }
    });

    test("the optimiser moves every parameter by its rate", () => {
      const [before, after] = keptOf(name).map((kept) => kept["networks/discriminator/parameters"] ?? []);
      const moves = before?.map((value, i) => Math.abs(value - (after?.[i] ?? 0))) ?? [];
      expect(Math.max(...moves)).toBeCloseTo(learningRate, 6);
      // A gradient may be exactly zero.
      expect(moves.every((move) => move === 0 || Math.abs(move - learningRate) < 1e-6)).toBe(true);
      expect(isMoved(numbers(name, "players/generator/optimizer/momentum"))).toBe(true);
    });

    test("the layers have their parameters and their buffer", () => {
      // 2 x 8 + 8, a factor for each of 8, a row of 8 for each of 2 labels, 8 x 2 + 2.
      expect(numbers(name, "networks/generator/parameters")).toHaveLength(24 + 8 + 16 + 18);
      expect(isMoved(numbers(name, "networks/generator/buffers/3/seen"))).toBe(true);
    });
  });

  test("the two sources lead to different runs", () => {
    expect(numbers("squares", "loss/real")).not.toEqual(numbers("circle", "loss/real"));
  });

  test("a game of one's own: what its terms measure is in the report, what they keep lasts", () => {
    const { columns, losses, samples } = runs["agreement"] as OwnRun;
    expect(columns).toEqual(expect.arrayContaining(["gap/now", "gap/before", "loss/left", "loss/right"]));
    expect(Object.values(losses).every((loss) => loss > 0 && loss < 100)).toBe(true);
    expect(isMoved(numbers("agreement", "gap"))).toBe(true);
    expect(isMoved(numbers("agreement", "play/left"))).toBe(true);
    expect(samples).toHaveLength(8);
  });

  test("k steps, a snapshot, another trainer that is given it, and k more are 2k steps", () => {
    expect(Object.values(runs).map(({ isRepeated }) => isRepeated)).toEqual([true, true, true]);
  });
}
