import type { Engine } from "../../../src/engine/engine.ts";
import { playBilinear } from "../../../tests/reference/games/bilinear.ts";
import { type Certificate, relative } from "../certificate.ts";

/** Every rule's radius at the end of the bilinear game. */
export async function certifyBilinear(engine: Engine): Promise<readonly Certificate[]> {
  return (await playBilinear(engine)).map((end) => relative({ ...end, tolerance: 1e-4 }));
}
