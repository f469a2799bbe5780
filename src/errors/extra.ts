import { SaddlepointError } from "./errors.ts";

/**
 * A part of the library that not every page carries, since much code goes with it. It is there once the module of
 * `src/extras` that brings it has been imported.
 */
export interface Extra<Part> {
  /** Of `saddlepoint/...`, the entry that brings it. */
  readonly entry: string;
  /** True where "saddlepoint" goes without it, too. */
  readonly isApart?: boolean;
  part?: Part | undefined;
}

/** @throws SaddlepointError on a page without it, at what was `asked` for. */
export function partOf<Part>({ entry, isApart, part }: Extra<Part>, asked: string): Part {
  if (part !== undefined) return part;
  const orElse = isApart ? "" : ', or import from "saddlepoint" instead of "saddlepoint/core"';
  throw new SaddlepointError(`${asked}: this page was built without it. Write import "saddlepoint/${entry}"${orElse}.`);
}
