/** Files of the program that started this page or process, reached through its server. */
import { DataError } from "saddlepoint";
import type { FileStore } from "saddlepoint/checkpoints";

/**
 * A store behind an address: GET lists its files or reads one, PUT writes one, DELETE removes one; POST takes it for one's own
 * until it is given back by DELETE. What goes wrong there comes as a sentence.
 *
 * @param url without a slash at its end; the part after the last slash names it
 */
export function hostStore(url: string): FileStore {
  const ask = async (path: string, method: string, body?: Blob): Promise<Response> => {
    const response = await fetch(`${url}${path}`, body ? { method, body } : { method }).catch((cause: unknown) => {
      throw new DataError(`${url}: the program that keeps the files does not answer.`, { cause });
    });
    if (response.ok) return response;
    throw new DataError((await response.text()).trim());
  };
  const of = (name: string) => `/${encodeURIComponent(name)}`;
  return {
    name: url.slice(url.lastIndexOf("/") + 1),
    list: async () => (await ask("", "GET")).json(),
    read: async (name) => new Uint8Array(await (await ask(of(name), "GET")).arrayBuffer()),
    // None of them is a view of shared memory, which a blob refuses.
    write: async (name, pieces) =>
      void (await ask(of(name), "PUT", new Blob([...pieces] as Uint8Array<ArrayBuffer>[]))),
    remove: async (name) => void (await ask(of(name), "DELETE")),
    async lock() {
      const isTaken = (await (await ask("", "POST")).json()) === true;
      return isTaken ? async () => void (await ask("", "DELETE")) : undefined;
    },
  };
}
