import { describe, expect, test } from "vitest";
import { lossAliases, losses, resolveLoss } from "../../../src/gan/losses/registry.ts";
import { penalties, penaltyAliases, resolvePenalty } from "../../../src/gan/penalties/registry.ts";
import { playAliases, plays, resolvePlay } from "../../../src/gan/play/registry.ts";
import { resolveTrick, trickAliases, tricks } from "../../../src/gan/tricks/registry.ts";
import { createOptimizer, optimizerAliases, optimizers } from "../../../src/optim/registry.ts";

/** Every registry with its aliases, and what resolves a name. */
const registries = {
  loss: { names: losses, aliases: lossAliases, resolve: (type: string) => resolveLoss({ type } as never) },
  penalty: { names: penalties, aliases: penaltyAliases, resolve: (type: string) => resolvePenalty({ type } as never) },
  trick: { names: tricks, aliases: trickAliases, resolve: (type: string) => resolveTrick({ type } as never) },
  play: { names: plays, aliases: playAliases, resolve: (type: string) => resolvePlay({ type } as never) },
  optimizer: {
    names: optimizers,
    aliases: optimizerAliases,
    resolve: (type: string) => createOptimizer({ type } as never),
  },
};

describe.each(Object.entries(registries))("aliases of a %s", (_, { names, aliases, resolve }) => {
  const known = [...Object.keys(names), ...Object.keys(penalties)];
  const rows = Object.entries(aliases).flatMap(([meant, words]) =>
    words.split(" ").map((word) => [word, meant] as const),
  );

  test.each(rows)("%s is answered with %s", (alias, meant) => {
    for (const spelling of [alias, alias.toUpperCase(), `${alias.slice(0, -1)}-${alias.slice(-1)}`]) {
      expect(() => resolve(spelling)).toThrow(`Did you mean ${meant.startsWith('"') ? meant : `"${meant}"`}?`);
    }
    const quoted = [...meant.matchAll(/"([^"]+)"/g)].map(([, name]) => name as string);
    for (const name of quoted.length > 0 ? quoted : [meant]) expect(known).toContain(name);
  });
});

test.each([
  ["loss", "LSGAN", '"least-squares"'],
  ["loss", "wgan-gp", '"wasserstein" with the penalty "wganGp"'],
  ["loss", "non_saturating", '"non-saturating"'],
  ["loss", "leastsquares", '"least-squares"'],
  ["penalty", "wgan-gp", '"wganGp"'],
  ["penalty", "lecam", '"leCam"'],
  ["trick", "spectral_norm", '"spectralNorm"'],
  ["play", "extra-gradient", '"extragradient"'],
  ["optimizer", "adam-w", '"adamw"'],
  ["optimizer", "Adam", '"adam"'],
] as const)("%s %s is answered with %s", (kind, name, meant) => {
  expect(() => registries[kind].resolve(name)).toThrow(`Did you mean ${meant}?`);
});
