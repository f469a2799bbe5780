import { at } from "../../errors/at.ts";
import type { Node } from "../../graph/node.ts";
import { allForms, costsOn, type FormRating, replays, usualWorkgroup } from "../cost_model.ts";
import type { DeviceTraits } from "../device_traits.ts";

/** A batched matrix product C[M, N] = A[M, K] B[K, N]. */
export interface GemmShape {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/**
 * How the tiles of a product are given to invocations. Every form sums over k in the same order, in steps of four, so forms
 * differ by rounding alone. Plain data: a tuner may keep it.
 */
export interface GemmForm {
  /** Such as "quad 32x8": what shares the loads, and the rows and columns of an invocation. */
  readonly name: string;
  /**
   * Who shares what is loaded: nobody; the four lanes of a quad, that own the same rows and pass on blocks of A in
   * registers; or a team of invocations, whose tiles of A and B lie in workgroup memory.
   */
  readonly sharing: FormRating["sharing"];
  /** Rows and columns of C that an invocation owns: multiples of four, or one to three. A quad's rows are in sixteens. */
  readonly rows: number;
  readonly columns: number;
}

/** Chooses among the candidates for a product, which are in the order of a guess. */
export type ChooseForm = (candidates: readonly GemmForm[], shape: GemmShape, product: Node) => GemmForm;

export const firstForm: ChooseForm = (candidates) => at(candidates, 0);

/** Invocations that share loads, down and across. */
export function lanesOf(
  { sharing }: GemmForm,
  workgroupSize: number,
): { readonly down: number; readonly across: number } {
  if (sharing === "quad") return { down: 1, across: 4 };
  if (sharing === "team") return workgroupSize >= 64 ? { down: 8, across: 8 } : { down: 4, across: 4 };
  return { down: 1, across: 1 };
}

/** What one tile covers, and the invocations that compute it together. */
export function tileOf(form: GemmForm, workgroupSize: number) {
  const { down, across } = lanesOf(form, workgroupSize);
  return { rows: form.rows * down, columns: form.columns * across, lanes: down * across };
}

export function tileCount(
  { batch, m, n }: GemmShape,
  tile: { readonly rows: number; readonly columns: number },
): number {
  return batch * Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns);
}

/** Forms that suit a product on a device, the best guess first. There is always one. */
export function gemmForms(shape: GemmShape, target: DeviceTraits): readonly GemmForm[] {
  return costsOn(target)
    .forms.filter((rating) => isPossible(rating, target))
    .map((rating) => thinned(rating, shape))
    .map((rating) => ({ form: formOf(rating), milliseconds: estimate(rating, shape, target) }))
    .sort((a, b) => a.milliseconds - b.milliseconds)
    .map(({ form }) => form)
    .filter((form, i, all) => all.findIndex(({ name }) => name === form.name) === i);
}

/** Whether some product on some device can have a form of this name. */
export function isFormName(name: string): boolean {
  const thin = /^\d+x\d+$/.test(name) && name.split("x").some((side) => Number(side) < 4);
  return thin || allForms.some((rating) => formOf(rating).name === name);
}

function isPossible({ sharing, rows, columns }: FormRating, target: DeviceTraits): boolean {
  if (sharing === "quad") return target.hasSubgroups;
  return sharing === "none" || teamMemory({ rows, columns }, usualWorkgroup) <= target.maxWorkgroupMemory / 2;
}

/** Bytes of workgroup memory of one team: its rows and columns, a step of k deep. */
export function teamMemory(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  workgroupSize: number,
) {
  const side = workgroupSize >= 64 ? 8 : 4;
  return side * (rows + columns) * teamDepth(workgroupSize) * 4;
}

/** The k of one step of a team. */
export const teamDepth = (workgroupSize: number): number => (workgroupSize >= 64 ? 16 : 8);

/** A product with one to three rows or columns has tiles of that size: no lane multiplies what nobody wants. */
function thinned(rating: FormRating, { m, n }: GemmShape): FormRating {
  if (rating.sharing !== "none") return rating;
  const rows = Math.min(rating.rows, m < 4 ? m : rating.rows);
  const columns = Math.min(rating.columns, n < 4 ? n : rating.columns);
  // Fewer products for the same loads.
  const speed = rating.speed * Math.sqrt((rows * columns) / (rating.rows * rating.columns));
  return { ...rating, rows, columns, speed };
}

function formOf({ sharing, rows, columns }: FormRating): GemmForm {
  const size = `${rows}x${columns}`;
  return { name: sharing === "none" ? size : `${sharing} ${size}`, sharing, rows, columns };
}

function estimate(rating: FormRating, shape: GemmShape, target: DeviceTraits): number {
  const tile = tileOf(formOf(rating), usualWorkgroup);
  const tiles = tileCount(shape, tile);
  const idle = Math.max(1, costsOn(target).fullMachine / (tiles * tile.lanes));
  const multiplyAdds = tiles * tile.rows * tile.columns * Math.ceil(shape.k / 4) * 4;
  return ((multiplyAdds * idle) / rating.speed) * 1e-6 + rating.compileMilliseconds / replays;
}
