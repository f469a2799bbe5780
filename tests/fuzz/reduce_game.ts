import { type GameCase, isLayerCall, type LayerCall } from "./game.ts";

/** The smallest game found that still fails: choices left out, layers left out, numbers made smaller, one at a time. */
export async function reducedGame(
  game: GameCase,
  fails: (smaller: GameCase) => Promise<boolean>,
  mostTries = 60,
): Promise<GameCase> {
  let best = game;
  let tries = 0;
  for (let improved = true; improved; ) {
    improved = false;
    for (const candidate of candidatesOf(best)) {
      if (++tries > mostTries) return best;
      if (!(await fails(candidate).catch(() => false))) continue;
      best = candidate;
      improved = true;
      break;
    }
  }
  return best;
}

function* candidatesOf(game: GameCase): Generator<GameCase> {
  const { config, generator, discriminator } = game;
  for (const name of Object.keys(config)) {
    if (name === "batchSize") continue;
    yield { ...game, config: Object.fromEntries(Object.entries(config).filter(([other]) => other !== name)) };
  }
  for (const name of ["penalties", "tricks"]) {
    const list = config[name];
    if (!Array.isArray(list) || list.length < 2) continue;
    for (const k of list.keys()) yield { ...game, config: { ...config, [name]: list.toSpliced(k, 1) } };
  }
  for (const [name, layers] of Object.entries({ generator, discriminator })) {
    for (const k of layers.keys()) yield { ...game, [name]: layers.toSpliced(k, 1) };
    for (const [k, layer] of layers.entries()) {
      for (const smaller of simplerLayers(layer)) yield { ...game, [name]: layers.with(k, smaller) };
    }
  }
}

/** A layer that stands inside of this one, or this one without its options. */
function* simplerLayers({ layer, args }: LayerCall): Generator<LayerCall> {
  for (const argument of args.flat()) if (isLayerCall(argument)) yield argument;
  const last = args.at(-1);
  if (args.length > 1 && typeof last === "object") yield { layer, args: args.slice(0, -1) };
}
