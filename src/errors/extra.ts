import { SaddlepointError } from "./errors.ts";

/**
 * A part of the library that not every page carries, since much code goes with it. It is there once the module of
 * `src/extras` that brings it has been imported.
 */
export interface Extra<Part> {
  /** Of `saddlepoint/...`, the entry that brings it. */
  readonly entry: string;
  part?: Part | undefined;
}

/** @throws SaddlepointError on a page without it, at what was `asked` for. */
export function partOf<Part>({ entry, part }: Extra<Part>, asked: string): Part {
  if (part !== undefined) return part;
  throw new SaddlepointError(
    `${asked}: this page was built without it. Write import "saddlepoint/${entry}", or import from "saddlepoint" instead of ` +
      '"saddlepoint/core".',
  );
}
