/** A film strip among what is kept of a run. */
import type { Keepsakes } from "../shared/saving/keepsakes.ts";
import type { FilmRow } from "./film.ts";

const folder = "film/";

export const keptFilm = (film: readonly FilmRow[]): Keepsakes => ({
  texts: {},
  arrays: new Map(film.map(({ step, images }) => [`${folder}${step}`, images])),
});

/** @param shape of each row: how many images of what size */
export const filmOf = ({ arrays }: Keepsakes, shape: readonly number[]): FilmRow[] =>
  [...arrays]
    .flatMap(([name, { shape: given, values }]): FilmRow[] => {
      const step = name.startsWith(folder) ? Number(name.slice(folder.length)) : Number.NaN;
      const fits = values instanceof Float32Array && String(given) === String(shape);
      return fits && Number.isInteger(step) ? [{ step, images: { shape, values } }] : [];
    })
    .sort((a, b) => a.step - b.step);
