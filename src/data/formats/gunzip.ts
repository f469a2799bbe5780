import { DataError } from "../../errors/errors.ts";

/** What goes in at a time; it comes out at most 1032 times as long. */
const pieceBytes = 2 ** 14;

/** Deflate makes no more of a byte. */
export const mostGrowth = 1032;

/**
 * What a gzip file holds, a chunk at a time: who stops asking has little more of it in memory than what came.
 *
 * @throws DataError for a file that is damaged or cut off.
 */
export async function* gunzip(bytes: Uint8Array<ArrayBuffer>, name: string): AsyncGenerator<Uint8Array> {
  let [at, length] = [0, 0];
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
  const reader = pieces.pipeThrough(new DecompressionStream("gzip")).getReader();
  const next = () =>
    reader.read().catch((cause) => {
      throw new DataError(
        `${name}: its gzip data is damaged or cut off (after ${length} bytes came out of ${bytes.length}); load it again.`,
        { cause },
      );
    });
  try {
    for (let read = await next(); !read.done; read = await next()) {
      length += read.value.length;
      yield read.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
