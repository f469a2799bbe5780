import type { NamedChoices } from "./combinations.ts";
import { lossRegistry } from "./losses/registry.ts";
import { penaltyRegistry } from "./penalties/registry.ts";

/** What remedies name, in the registries. */
export const namedChoices: NamedChoices = {
  loss: (choice) => lossRegistry.resolve("Trainer", choice),
  penalty: (choice) => penaltyRegistry.resolve("Trainer", choice),
};
