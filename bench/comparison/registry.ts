import type { Variant, Workload } from "../core/workload.ts";
import { millions } from "../workloads/elementwise.ts";
import { publishedSizes, type Sizes } from "../workloads/sizes.ts";
import { expectedOf } from "./expected.ts";
import type { Peer } from "./peer.ts";
import {
  batchNormProblem,
  convolutionOf,
  dcganGame,
  type Game,
  matmulProblem,
  type Problem,
  ringGame,
  softmaxProblem,
  streamProblem,
} from "./problem.ts";
import { prepare } from "./saddlepoint.ts";

const ours = "saddlepoint";

/** One problem of the comparison. */
interface Posed {
  readonly name: string;
  readonly unit: Workload["unit"];
  /** The problem, and what a run of it is counted as: FLOP, bytes, or iterations. */
  make(): { readonly problem: Problem; readonly work: number };
  /** Whether there is a hand-wired list for it. */
  readonly hasList: boolean;
}

/**
 * The same problem in every engine. Kernels are held to float64, and in games each engine to what this one gives, which tests of
 * its own hold to float64.
 */
function comparison({ name, unit, make, hasList }: Posed, { peers, ceiling }: Engines): Workload {
  const limits = hasList && ceiling ? [ceiling] : [];
  return {
    name,
    group: "peers",
    unit,
    comparison: { reference: ours, as: "speedup" },
    ...(limits[0] && { limit: limits[0].name }),
    variants: () => {
      const { problem, work } = make();
      const common = {
        work,
        ...(problem.kind === "game" ? { tolerance: 1e-3 } : { tolerance: 1e-4, expected: () => expectedOf(problem) }),
      };
      return [
        { ...common, name: ours, prepare: (engine) => prepare(engine, problem) },
        ...[...limits, ...peers].map(
          (peer): Variant => ({ ...common, name: peer.name, prepare: () => peer.prepare(problem) }),
        ),
      ];
    },
  };
}

/** What this engine is compared with. */
export interface Engines {
  readonly peers: readonly Peer[];
  /** The hand-wired lists. */
  readonly ceiling?: Peer | undefined;
}

/** With neither peers nor a hand-wired list, a problem has nothing to be compared with, and is left out. */
export function comparisonWorkloads(engines: Engines, sizes: Sizes = publishedSizes): Workload[] {
  const { peers, ceiling } = engines;
  return [...kernelProblems(sizes), ...gameProblems(sizes)]
    .filter(({ hasList }) => peers.length > 0 || (ceiling && hasList))
    .map((posed) => comparison(posed, engines));
}

function kernelProblems(sizes: Sizes): readonly Posed[] {
  const { referenceMatmul: size, elements, softmax, batchNorm } = sizes;
  const convolution = (pass: "forward" | "gradients") => () => {
    const problem = convolutionOf(pass, sizes.convolution[0] as Sizes["convolution"][number]);
    const flop = problem.kind === "convolution" ? problem.convolution.flop : 0;
    return { problem, work: pass === "forward" ? flop : 2 * flop };
  };
  const kernel = (name: string, unit: Workload["unit"], make: Posed["make"]) => ({ name, unit, make, hasList: true });
  const size4 = (shape: readonly number[]) => 4 * shape.reduce((product, n) => product * n, 1);
  return [
    kernel(`matmul ${size}`, "flop", () => ({ problem: matmulProblem(size), work: 2 * size ** 3 })),
    kernel("convolution", "flop", convolution("forward")),
    kernel("its two gradients", "flop", convolution("gradients")),
    kernel(`chain of 10, ${millions(elements)}`, "bytes", () => ({
      problem: streamProblem("chain", elements),
      work: 2 * size4([elements]),
    })),
    kernel(`sum, ${millions(elements)}`, "bytes", () => ({
      problem: streamProblem("sum", elements),
      work: size4([elements]),
    })),
    kernel(`softmax, ${softmax.join(" x ")}`, "bytes", () => ({
      problem: softmaxProblem(softmax),
      work: 2 * size4(softmax),
    })),
    kernel(`batch norm and its gradients, [${batchNorm.join(", ")}]`, "bytes", () => ({
      problem: batchNormProblem(batchNorm),
      // x and the cotangent in, y and the gradient by x out.
      work: 4 * size4(batchNorm),
    })),
  ];
}

function gameProblems({ plane, images }: Sizes): readonly Posed[] {
  const image = images[0] as Sizes["images"][number];
  const game = (name: string, hasList: boolean, make: () => Game): Posed => ({
    name,
    unit: "iterations",
    make: () => ({ problem: { kind: "game", game: make() }, work: 1 }),
    hasList,
  });
  return [
    game("ring GAN", true, () => ringGame(plane)),
    game("WGAN-GP ring", true, () => ringGame(plane, plane)),
    game("DCGAN-28", false, () => dcganGame(image)),
    game("WGAN-GP DCGAN-28", false, () => dcganGame(image, true)),
  ];
}
