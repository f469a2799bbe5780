/** What the tests of tricks share: a trick with everything that its parts may ask for. */

import type { Carry } from "../../../src/engine/carry.ts";
import { resolveTrick, type TrickConfig } from "../../../src/gan/tricks/registry.ts";
import type { Trick, TrickContext } from "../../../src/gan/tricks/trick.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { carryInHand } from "../../reference/carry_in_hand.ts";
import { randomOf } from "./penalties/penalty_inputs.ts";

export interface TrickInUse {
  readonly trick: Trick;
  readonly options: TrickContext["options"];
  readonly carry: Carry;
  /** What the trick is told in a step: steps differ in what is drawn, and share what lasts. */
  context(step?: number): TrickContext;
}

export function inUse(config: TrickConfig, sampleShape: readonly number[] = [2]): TrickInUse {
  const { entry: trick, options } = resolveTrick(config);
  const carry = carryInHand();
  const context = (step = 0) => ({ options, random: randomOf(step), carry, step: Tensor.scalar(step), sampleShape });
  return { trick, options, carry, context };
}
