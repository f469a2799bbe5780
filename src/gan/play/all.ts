/** Every rule of play, by the name of its object: one line each. */
export { alternating } from "./alternating.ts";
export { consensus } from "./consensus.ts";
export { extragradient } from "./extragradient.ts";
export { lookahead } from "./lookahead.ts";
export { simultaneous } from "./simultaneous.ts";
export { symplectic } from "./symplectic.ts";
export { unrolled } from "./unrolled.ts";
