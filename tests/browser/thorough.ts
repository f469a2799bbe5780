/**
 * Test files of which the normal tests take some cases, and `npm run test:slow` takes all: such a file asks
 * `inject("isThorough")`, or takes `someOf` its cases, and is named here.
 */
declare module "vitest" {
  interface ProvidedContext {
    /** Whether this is `npm run test:slow`. */
    isThorough: boolean;
  }
}

export const thoroughFiles: readonly string[] = [
  "engine/agreement",
  "engine/checkpoint",
  "engine/dispatches",
  "engine/fuzz",
  "examples/examples",
  "gan/dcgan",
  "gan/early_start",
  "gan/experiments",
  "gan/history",
  "gan/penalties",
  "gan/recovery",
  "gan/resumed_run",
  "gan/steward",
  "gan/table_snapshot",
  "gan/three_players",
  "gan/trainer_choices",
  "graph/gemm",
  "graph/primitives",
  "nn/conditional",
  "probes/ailments",
  "probes/samples",
  "probes/signals",
].map((name) => `tests/gpu/${name}.test.ts`);
