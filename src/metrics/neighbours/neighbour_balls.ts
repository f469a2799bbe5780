import type { Engine } from "../../engine/engine.ts";
import { at } from "../../errors/at.ts";

import type { Rows } from "../statistics/samples.ts";
import { squaredRadii } from "./nearest_neighbours.ts";
import { visitSquaredDistances } from "./squared_distances.ts";

/**
 * A set of samples as the balls about each of them that reach to its k-th nearest neighbour: an estimate of where its
 * distribution has mass.
 */
export interface Balls {
  readonly centers: Rows;
  /** f32 [n]. */
  readonly squaredRadii: Float32Array;
}

export async function neighbourBalls(engine: Engine, centers: Rows, k: number): Promise<Balls> {
  return { centers, squaredRadii: await squaredRadii(engine, centers, k) };
}

/** Whether a point at its rim belongs to a ball. */
export type Rim = "closed" | "open";

const isInside: Record<Rim, (distance: number, radius: number) => boolean> = {
  closed: (distance, radius) => distance <= radius,
  open: (distance, radius) => distance < radius,
};

/** How many balls each point lies in, u32 [points], and how many points lie in each ball, u32 [balls]. */
export async function countInside(
  engine: Engine,
  { centers, squaredRadii }: Balls,
  points: Rows,
  rim: Rim,
): Promise<{ readonly ofPoint: Uint32Array; readonly ofBall: Uint32Array }> {
  const ofPoint = new Uint32Array(points.n);
  const ofBall = new Uint32Array(centers.n);
  const inside = isInside[rim];
  await visitSquaredDistances(engine, points, centers, (point, firstBall, distances) => {
    for (let j = 0; j < distances.length; j++) {
      if (!inside(distances[j] ?? 0, squaredRadii[firstBall + j] ?? 0)) continue;
      ofPoint[point] = at(ofPoint, point) + 1;
      ofBall[firstBall + j] = at(ofBall, firstBall + j) + 1;
    }
  });
  return { ofPoint, ofBall };
}
