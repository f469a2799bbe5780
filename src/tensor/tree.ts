import { at } from "../errors/at.ts";
import { list } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";

/** Leaves in nested arrays and objects: the parameters of a network, say. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [name: string]: Tree<Leaf> };

export interface Flattened<Leaf, Form = Tree<Leaf>> {
  readonly leaves: readonly Leaf[];
  /** Where each leaf stands, such as `0/weight`; empty for a tree that is a leaf. */
  readonly paths: readonly string[];
  /** The tree with other leaves in the same order. */
  withLeaves(leaves: readonly Leaf[]): Form;
  /** A tree of the same form with leaves of another type. */
  rebuild<Other>(leaves: readonly Other[]): Tree<Other>;
}

/** The leaves of a tree in a fixed order: array elements by index, object entries as they were added. */
export function flatten<Leaf, Form extends Tree<Leaf> = Tree<Leaf>>(
  tree: Form,
  isLeaf: (value: unknown) => value is Leaf,
): Flattened<Leaf, Form> {
  const leaves: Leaf[] = [];
  const paths: string[] = [];
  const visit = (value: Tree<Leaf>, path: string): void => {
    if (isLeaf(value)) {
      leaves.push(value);
      paths.push(path);
    } else if (value !== null && typeof value === "object") {
      for (const [name, child] of Object.entries<Tree<Leaf>>(value)) visit(child, path ? `${path}/${name}` : name);
    } else {
      throw new OptionError(`A tree holds ${String(value)} at "${path}"; it may hold tensors, arrays and objects.`);
    }
  };
  visit(tree, "");
  const rebuild = <Other>(others: readonly Other[]): Tree<Other> => {
    let next = 0;
    const build = (value: Tree<Leaf>): Tree<Other> => {
      if (isLeaf(value)) return at(others, next++);
      if (list.is(value)) return value.map(build);
      return Object.fromEntries(Object.entries<Tree<Leaf>>(value).map(([name, child]) => [name, build(child)]));
    };
    return build(tree);
  };
  return { leaves, paths, rebuild, withLeaves: (others) => rebuild(others) as Form };
}
