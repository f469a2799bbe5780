import { batches } from "./batches.ts";
import { combining } from "./combining.ts";
import { dense } from "./dense.ts";
import { images } from "./images.ts";
import { normalising } from "./normalising.ts";
import { pointwise } from "./pointwise.ts";
import type { Rules } from "./site.ts";

/** The nodes of every layer of the library. One that is forgotten does not compile. */
export const rules: Rules = { ...pointwise, ...dense, ...images, ...normalising, ...combining, ...batches };
