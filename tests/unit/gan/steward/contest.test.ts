/** Branches of a contest: what is followed, what is given back, and what is chosen, by forks whose outcomes are made. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../../src/errors/errors.ts";
import type { Snapshot } from "../../../../src/gan/run/snapshot.ts";
import { Contest } from "../../../../src/gan/steward/contest.ts";
import type { Trainer } from "../../../../src/gan/trainer/trainer.ts";
import { remedy } from "../../../../src/probes/remedies.ts";

/** How far samples are in each call of `train`, give or take 0.05. */
type Distances = readonly number[];

const columns = ["realToFake", "fakeToReal", "realToReal"].map((name, offset) => ({
  name: `samples/${name}`,
  offset,
  size: 1,
}));

function contestOf(plan: readonly (Distances | "refused")[]) {
  const [disposed, spent] = [new Set<number>(), { steps: 0 }];
  let made = 0;
  const fork = async () => {
    const index = made++;
    const distances = plan[index];
    if (distances === undefined || distances === "refused") throw new OptionError("it can't be.");
    let call = 0;
    return {
      index,
      async *train({ steps }: { readonly steps: number }) {
        const distance = distances[call++] ?? Number.NaN;
        const rows = Array.from({ length: steps }, (_, step) => ({
          step,
          values: Float32Array.of(distance + 0.05 * Math.sin(step / 3), distance + 0.05 * Math.cos(step / 3), 0),
        }));
        yield { telemetry: { columns, rows }, findings: [], episodes: [] };
      },
      dispose: () => disposed.add(index),
    };
  };
  const trainer = { fork } as unknown as Trainer;
  const spend = (steps: number) => {
    spent.steps += steps;
  };
  return { contest: new Contest(trainer, {} as Snapshot, { spend }), disposed, spent };
}

const remedies = [undefined, ...["a", "b", "c"].map((name) => remedy("", { kind: "penalty", name }))];

async function entered(plan: readonly (Distances | "refused")[]) {
  const made = contestOf(plan);
  for (const given of remedies.slice(0, plan.length)) await made.contest.enter(100, given);
  return made;
}

describe("a contest", () => {
  test("chooses what is clearly closer, and gives back the others", async () => {
    const { contest, disposed, spent } = await entered([[1], [0.5], [0.3], [0.7]]);
    expect([contest.chosen, contest.isOpen, spent.steps]).toEqual([2, false, 400]);
    expect([...disposed].toSorted()).toEqual([1, 3]);
    expect(contest.take()).toMatchObject({ index: 2 });
    contest.end();
    expect([...disposed].toSorted()).toEqual([0, 1, 3]);
  });

  test("chooses the first of those that are as close", async () => {
    const { contest } = await entered([[1], [0.301], [0.5], [0.3]]);
    expect(contest.chosen).toBe(1);
  });

  test("follows what is ahead for longer, and compares nothing else with it", async () => {
    const { contest, disposed } = await entered([[0.5, 0.6], [0.51], [0.499, 0.598], [0.502]]);
    expect([contest.chosen, contest.isOpen]).toEqual([0, true]);
    await contest.goOn(100);
    // Without a change it has become worse than what the others were before: those are no longer there.
    expect(contest.chosen).toBe(0);
    expect(contest.branches.map(({ steps }) => steps)).toEqual([200, 100, 200, 100]);
    expect([...disposed].toSorted()).toEqual([1, 3]);
    contest.end();
    expect([...disposed].toSorted()).toEqual([0, 1, 2, 3]);
  });

  test("chooses after longer what it could not before", async () => {
    const { contest } = await entered([
      [0.5, 0.5],
      [0.499, 0.2],
    ]);
    expect(contest.isOpen).toBe(true);
    await contest.goOn(100);
    expect([contest.chosen, contest.isOpen, contest.steps]).toEqual([1, false, 200]);
    expect(contest.take()).toMatchObject({ index: 1 });
  });

  test("tells what could not be tried, and never chooses it", async () => {
    const { contest } = await entered([[1], "refused", [0.9, 0.9]]);
    expect(contest.branches[1]).toMatchObject({ what: 'add the penalty "a"', steps: 0, refused: "it can't be." });
    expect(contest.chosen).not.toBe(1);
  });
});
