/** What the tests of tricks share: a trick with everything that its parts may ask for. */
import type { Memory, MemorySizes } from "../../../src/gan/memory.ts";
import { resolveTrick, type TrickConfig } from "../../../src/gan/tricks/registry.ts";
import type { Trick, TrickContext } from "../../../src/gan/tricks/trick.ts";
import { Tensor } from "../../../src/tensor.ts";
import { memoryOf, randomOf } from "./penalty_inputs.ts";

export interface TrickInUse {
  readonly trick: Trick;
  readonly options: Readonly<Record<string, number>>;
  readonly memory: Memory;
  /** What the trick is told in a step: steps differ in what is drawn, and share the memory. */
  context(step?: number): TrickContext;
}

export function inUse(
  config: TrickConfig,
  sampleShape: readonly number[] = [2],
  sizes: Partial<MemorySizes> = {},
): TrickInUse {
  const { trick, options } = resolveTrick(config);
  const sizesInUse = { batchSize: 4, sampleSize: 2, generatorParameters: 1, discriminatorParameters: 1, ...sizes };
  const memory = memoryOf(trick.memory?.(sizesInUse, options));
  const context = (step = 0) => ({ options, random: randomOf(step), memory, step: Tensor.scalar(step), sampleShape });
  return { trick, options, memory, context };
}
