import type { Engine } from "../../../src/engine/engine.ts";
import { playDirac } from "../../../tests/reference/games/dirac_ends.ts";
import { below, type Certificate, relative } from "../certificate.ts";

/** Below this, f32 has converged; how far is a matter of rounding. */
const converged = 1e-5;

/** Every method by every schedule against the replay: the radius, or, where the replay converges, that it is small. */
export async function certifyDirac(engine: Engine): Promise<readonly Certificate[]> {
  return (await playDirac(engine)).map((end) =>
    end.expected < converged
      ? below({ name: end.name, bound: converged, found: end.found })
      : relative({ ...end, tolerance: 1e-3 }),
  );
}
