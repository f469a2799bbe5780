/** The classes of samples that lie in a file of their own. */
import { DataError, data } from "saddlepoint";
import { csvRows, separatorOf } from "../../../src/data/tables/csv_rows.ts";
import { fileContent } from "../../../src/data/tables/file_content.ts";
import { entriesOf } from "../../../src/data/tables/read_points.ts";

/**
 * One a sample, from npy or npz, IDX, or text with a class a line.
 *
 * @throws DataError for a file of another kind.
 */
export async function labelEntries(where: string, file: ArrayBuffer): Promise<readonly (string | number)[]> {
  const [first, second, type] = new Uint8Array(file);
  if (first === 0 && second === 0 && type === 8) {
    const { shape, values } = await data.parseIdx(file, where);
    if (shape.length === 1) return [...values];
    throw new DataError(`${where}: the file has the shape [${shape.join(", ")}]; give one class a sample.`);
  }
  const content = await fileContent(where, file, {});
  if (content.format !== "text") return entriesOf(where, content.samples);
  const rows = [...csvRows(where, content.text, separatorOf(content.text))];
  const wide = rows.find(({ cells }) => cells.length > 1);
  if (wide) throw new DataError(`${where}: line ${wide.line} has ${wide.cells.length} cells; give a class a line.`);
  const entries = rows.map(({ cells: [cell = ""] }) => cell);
  // A name above numbers.
  const [name = "", ...rest] = entries;
  const isName = Number.isNaN(Number(name)) && rest.length > 0 && rest.every((entry) => !Number.isNaN(Number(entry)));
  return isName ? rest : entries;
}
