/**
 * The hand-wired lists as one more engine of the comparison: what this machine's WebGPU can do with kernels and dispatches that
 * a person has laid out for one problem. They need nothing of the library. Their products stay in registers and quads, which
 * suits adapters on the CPU; on a GPU, whose workgroup memory they leave unused, they are a mark rather than the limit.
 */
import { answerOf } from "../comparison/answer.ts";
import type { Peer } from "../comparison/peer.ts";
import { epsilon, judgedIterations, type KernelProblem } from "../comparison/problem.ts";
import type { Facts, Runner } from "../core/workload.ts";
import { wireBatchNorm } from "./batch_norm.ts";
import { wireChain } from "./chain.ts";
import { wireConvolution } from "./convolution.ts";
import { wireMatmul } from "./matmul.ts";
import { type WiredGame, wireRing } from "./ring/ring.ts";
import { wireSoftmax } from "./softmax.ts";
import { wireSumOfSquares } from "./sum.ts";
import { type Dispatch, openWires, type Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

/** A device is opened for each problem, and closed with it. */
export function createCeiling(gpu: GPU): Peer {
  return {
    name: "hand-wired",
    async prepare(problem) {
      const wires = await openWires(gpu);
      try {
        return problem.kind === "game"
          ? gameRunner(wires, await wireRing(wires, problem.game))
          : await kernelRunner(wires, problem);
      } catch (error) {
        wires.dispose();
        throw error;
      }
    },
  };
}

function wire(wires: Wires, problem: KernelProblem): Promise<Wiring> {
  switch (problem.kind) {
    case "matmul":
      return wireMatmul(wires, problem.size, problem.a, problem.b);
    case "convolution":
      return wireConvolution(wires, problem.convolution, problem.pass);
    case "chain":
      return wireChain(wires, problem.x);
    case "sum":
      return wireSumOfSquares(wires, problem.x);
    case "softmax":
      return wireSoftmax(wires, problem.x, problem.rows, problem.columns);
    case "batchNorm": {
      const { shape, ...arrays } = problem.batchNorm;
      const [, , , channels] = shape;
      return wireBatchNorm(wires, { ...arrays, rows: arrays.x.length / channels, channels, epsilon });
    }
  }
}

async function kernelRunner(wires: Wires, problem: KernelProblem): Promise<Runner> {
  const { list, results, choice } = await wire(wires, problem);
  const [waited] = results;
  if (!waited) throw new Error("A hand-wired list without a result.");
  return {
    async run(times) {
      wires.run(list, times);
      await wires.read(waited.buffer);
    },
    async answer() {
      const outputs: Float32Array[] = [];
      for (const { buffer, size, first } of results) outputs.push(await wires.read(buffer, size, first));
      return answerOf(problem, outputs);
    },
    facts: async () => factsOf(list),
    note: () => choice,
    dispose: wires.dispose,
  };
}

function gameRunner(wires: Wires, wired: WiredGame): Runner {
  let done = 0;
  const run = async (times: number) => {
    wired.run(times);
    done += times;
    return wired.losses();
  };
  let latest: readonly number[] = [];
  return {
    async run(times) {
      latest = await run(times);
    },
    async answer() {
      const judged = [...latest];
      for (const iteration of judgedIterations.slice(1)) judged.push(...(await run(iteration - done)));
      return judged;
    },
    facts: async () => factsOf(wired.list),
    note: () => wired.choice,
    dispose: wires.dispose,
  };
}

function factsOf(list: readonly Dispatch[]): Facts {
  return { dispatches: list.length, "MB moved": list.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6 };
}
