/** What the doctor holds to be right: the float64 reference says so, too. */
import { describe, expect, test } from "vitest";
import { checkedTraining } from "../../../../../apps/job/tasks/check.ts";
import { differenceFrom, knownAnswers } from "../../../../../apps/job/tasks/checks/known_answers.ts";
import { ringLosses } from "../../../../../apps/job/tasks/checks/ring_losses.ts";
import { data } from "../../../../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../../../../src/tensor/tensor.ts";
import { evaluate } from "../../../../reference/reference.ts";
import { float64Trainer } from "../../../gan/float64_trainer.ts";

describe("known answers", () => {
  test.each(knownAnswers)("$what", (known) => {
    const made = known.make((values, shape, dtype = "f32") => {
      const Kind = dtype === "u32" ? Uint32Array : Float32Array;
      return new Tensor(data(Kind.from(values), [...shape], dtype));
    });
    const [found = []] = evaluate([made.node]);
    expect(differenceFrom(known, found)).toBeUndefined();
  });

  test.each(knownAnswers)("$what, changed in a single place, is found to be wrong", (known) => {
    const wrong = Array.from(known.wanted);
    const at = wrong.length - 1;
    wrong[at] = (wrong[at] ?? 0) + 1;
    expect(differenceFrom(known, wrong)).toMatch(new RegExp(`at place ${at}, where`));
    expect(differenceFrom(known, [])).toMatch(/NaN at place 0/);
  });
});

test("the first losses of the ring", { timeout: 120_000 }, async () => {
  const trainer = float64Trainer(checkedTraining().config);
  await trainer.initialise();
  const losses = ringLosses.map((_, turn) => {
    const row = trainer.turn(turn);
    return {
      discriminator: row.get("loss/discriminator") ?? Number.NaN,
      generator: row.get("loss/generator") ?? Number.NaN,
    };
  });
  for (const [i, { discriminator, generator }] of losses.entries()) {
    expect(discriminator).toBeCloseTo(ringLosses[i]?.discriminator ?? Number.NaN, 6);
    expect(generator).toBeCloseTo(ringLosses[i]?.generator ?? Number.NaN, 6);
  }
});
