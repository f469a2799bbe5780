import type { Variant, Workload } from "../core/workload.ts";
import { publishedSizes, type Sizes } from "../workloads/sizes.ts";
import type { Peer } from "./peer.ts";
import { convolutionOf, dcganGame, type Game, matmulProblem, type Problem, ringGame } from "./problem.ts";
import { prepare } from "./saddlepoint.ts";

const ours = "saddlepoint";

/** The same problem in every engine. Each is held to what this engine gives, and this one to float64 in its own workloads. */
function comparison(
  name: string,
  unit: Workload["unit"],
  problemOf: () => { readonly problem: Problem; readonly work: number },
  peers: readonly Peer[],
): Workload {
  return {
    name,
    group: "peers",
    unit,
    comparison: { reference: ours, as: "speedup" },
    variants: () => {
      const { problem, work } = problemOf();
      const tolerance = problem.kind === "game" ? 1e-3 : 1e-4;
      return [
        { name: ours, work, tolerance, prepare: (engine) => prepare(engine, problem) },
        ...peers.map((peer): Variant => ({ name: peer.name, work, tolerance, prepare: () => peer.prepare(problem) })),
      ];
    },
  };
}

export function comparisonWorkloads(peers: readonly Peer[], sizes: Sizes = publishedSizes): Workload[] {
  const { plane, referenceMatmul: size } = sizes;
  const image = sizes.images[0] as Sizes["images"][number];
  const convolution = (pass: "forward" | "gradients") => () => {
    const problem = convolutionOf(pass, sizes.convolution[0] as Sizes["convolution"][number]);
    const flop = problem.kind === "convolution" ? problem.convolution.flop : 0;
    return { problem, work: pass === "forward" ? flop : 2 * flop };
  };
  const games: readonly (readonly [name: string, make: () => Game])[] = [
    ["ring GAN", () => ringGame(plane)],
    ["WGAN-GP ring", () => ringGame(plane, plane)],
    ["DCGAN-28", () => dcganGame(image)],
    ["WGAN-GP DCGAN-28", () => dcganGame(image, true)],
  ];
  return [
    comparison(`matmul ${size}`, "flop", () => ({ problem: matmulProblem(size), work: 2 * size ** 3 }), peers),
    comparison("convolution", "flop", convolution("forward"), peers),
    comparison("its two gradients", "flop", convolution("gradients"), peers),
    ...games.map(([name, make]) =>
      comparison(name, "iterations", () => ({ problem: { kind: "game", game: make() }, work: 1 }), peers),
    ),
  ];
}
