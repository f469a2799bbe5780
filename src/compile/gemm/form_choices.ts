import { OptionError } from "../../errors/errors.ts";
import { isOfKind } from "../../graph/kinds.ts";
import type { Node } from "../../graph/node.ts";
import { type ChooseForm, firstForm, type GemmShape, isFormName } from "./gemm_forms.ts";

/**
 * For each class of products the name of the form that was fastest; "*" stands for every class that isn't named. Plain data,
 * to be kept or printed.
 */
export type FormChoices = Readonly<Record<string, string>>;

/**
 * The class of a product: its operation, and each extent rounded to a power of two. Products of one class take the same
 * form. Extents that fours don't divide are loaded otherwise, and are a class of their own.
 */
export function formClass(product: Node, { batch, m, n, k }: GemmShape): string {
  const flags = Object.entries(flagsOf(product)).map(([name, value]) => `${name} ${value}`);
  const extents = [batch, m, n, k].map((extent) => 2 ** Math.round(Math.log2(extent)));
  const odd = [m, n, k].map((extent) => (extent % 4 === 0 ? "" : "odd")).join();
  return [product.op.name, ...flags, extents.join("x"), odd].join(" ").trim();
}

/** What of its attributes tells a product's class, in the order of its name. */
function flagsOf(product: Node): Readonly<Record<string, boolean | readonly number[]>> {
  if (isOfKind(product, "matmul")) {
    const { transposeA, transposeB } = product.attributes;
    return { transposeA, transposeB };
  }
  if (!isOfKind(product, "convolution")) return {};
  const { stride, kernel } = product.attributes;
  return { stride, kernel };
}

/** @throws OptionError at a form that doesn't exist. Those of other adapters do, and are taken where they are possible. */
export function assertForms(choices: FormChoices): void {
  for (const [name, form] of Object.entries(choices)) {
    if (isFormName(form)) continue;
    throw new OptionError(
      `Engine: formChoices has the form "${form}" for ${name === "*" ? "all products" : `"${name}"`}; forms are rows x columns, ` +
        'such as "8x8", "quad 32x8" or "team 8x8". Take those that plan.explain() shows or engine.formChoices gives.',
    );
  }
}

/** Takes the chosen form where the device can have it, else the best guess. */
export function choosing(choices: FormChoices): ChooseForm {
  return (candidates, shape, product) => {
    const chosen = choices[formClass(product, shape)] ?? choices["*"];
    return candidates.find(({ name }) => name === chosen) ?? firstForm(candidates, shape, product);
  };
}
