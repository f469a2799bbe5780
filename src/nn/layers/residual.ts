import { assertKeys } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { formatShape, type Shape, sameShape } from "../../graph/shape.ts";
import { applyPart, outputOf, partsOf } from "../inner_layers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";
import { sequential } from "./sequential.ts";

export interface ResidualOptions {
  /** What the input goes through before it is added; nothing by default. */
  readonly shortcut?: readonly Layer[];
}

/** main(x) + shortcut(x) (He et al. 2016). Their parameters are named `main` and `shortcut`. */
export function residual(main: readonly Layer[], options: ResidualOptions = {}): Layer {
  assertKeys<ResidualOptions>("residual", options, { shortcut: true });
  const { shortcut = [] } = options;
  const paths = { main: sequential(main, "residual"), shortcut: sequential(shortcut, "residual") };
  const part = (name: keyof typeof paths, input: Shape) => ({ name, layer: paths[name], input });
  const parts = (input: Shape) => [part("main", input), part("shortcut", input)];
  return made(
    {
      kind: "residual",
      mixesSamples: Object.values(paths).some(({ mixesSamples }) => mixesSamples),
      ...partsOf(parts),
      mapInner: (change) => residual(main.map(change), { shortcut: shortcut.map(change) }),
      outputShape: (input) => {
        const [a, b] = [outputOf(part("main", input)), outputOf(part("shortcut", input))];
        if (sameShape(a, b)) return a;
        throw new ShapeError(
          `residual: the main path makes ${formatShape(a)} of ${formatShape(input)} and the shortcut ${formatShape(b)}, which ` +
            "can't be added; give it a shortcut that changes the shape too, such as [conv2d(filters, { kernel: 1 })].",
        );
      },
      apply: (parameters, x, context) => {
        const through = (name: keyof typeof paths) => applyPart(name, paths[name], parameters, x, context);
        return through("main").add(through("shortcut")).site(`${context.scope}/residual`);
      },
    },
    "residual",
    main,
    options,
  );
}
