import { at } from "../errors/at.ts";
import { OptionError } from "../errors/errors.ts";

/** Leaves in nested arrays and objects: the parameters of a network, say. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [name: string]: Tree<Leaf> };

export interface Flattened<Leaf> {
  readonly leaves: readonly Leaf[];
  /** Where each leaf stands, such as `0/weight`; empty for a tree that is a leaf. */
  readonly paths: readonly string[];
  /** A tree of the same form with other leaves, in the same order. */
  rebuild<Other>(leaves: readonly Other[]): Tree<Other>;
}

/** The leaves of a tree in a fixed order: array elements by index, object entries as they were added. */
export function flatten<Leaf>(tree: Tree<Leaf>, isLeaf: (value: unknown) => value is Leaf): Flattened<Leaf> {
  const leaves: Leaf[] = [];
  const paths: string[] = [];
  const visit = (value: Tree<Leaf>, path: string): void => {
    if (isLeaf(value)) {
      leaves.push(value);
      paths.push(path);
    } else if (value !== null && typeof value === "object") {
      for (const [name, child] of Object.entries(value)) visit(child as Tree<Leaf>, path ? `${path}/${name}` : name);
    } else {
      throw new OptionError(`A tree holds ${String(value)} at "${path}"; it may hold tensors, arrays and objects.`);
    }
  };
  visit(tree, "");
  return {
    leaves,
    paths,
    rebuild: <Other>(others: readonly Other[]) => {
      let next = 0;
      const build = (value: Tree<Leaf>): Tree<Other> => {
        if (isLeaf(value)) return at(others, next++);
        if (Array.isArray(value)) return value.map((child) => build(child as Tree<Leaf>));
        return Object.fromEntries(Object.entries(value as object).map(([name, child]) => [name, build(child)]));
      };
      return build(tree);
    },
  };
}
