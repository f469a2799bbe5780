/** Every optimiser, by the name of its entry: one line each. */
export { adamEntry, adamwEntry } from "./adam.ts";
export { optimisticAdamEntry, optimisticSgdEntry } from "./optimistic.ts";
export { rmspropEntry } from "./rmsprop.ts";
export { sgdEntry } from "./sgd.ts";
