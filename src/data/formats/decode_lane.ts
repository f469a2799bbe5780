import { browserDecodes, type DecodedImage, decodeInBrowser, type ImageDecoder } from "./decode_image.ts";

/** One decoder at work on one image at a time, and a way to be rid of it where it hangs. */
export interface DecodeLane {
  readonly decode: ImageDecoder;
  close(): void;
}

/** A lane of a given decoder, else in a worker, else in this thread; undefined where nothing decodes images. */
export function openLane(given?: ImageDecoder): DecodeLane | undefined {
  if (given) return { decode: given, close: () => undefined };
  if (typeof Worker === "function" && browserDecodes()) return workerLane();
  if (browserDecodes()) return { decode: decodeInBrowser, close: () => undefined };
  return undefined;
}

/** Undefined if the worker is broken, rather than the image. */
type Reply = { readonly image: DecodedImage } | { readonly reason: string } | undefined;

/** A build tool may have compiled the function to one that calls helpers, which a worker doesn't have. */
const workerText = `
const decode = ${decodeInBrowser};
self.onmessage = async ({ data }) => {
  try {
    const image = await decode(...data);
    self.postMessage({ image }, [image.values.buffer]);
  } catch (error) {
    self.postMessage(error instanceof ReferenceError ? undefined : { reason: error.message });
  }
};
`;

/** A page may forbid workers made of text; then this thread decodes. */
function workerLane(): DecodeLane {
  const url = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
  const worker = startWorker(url);
  const failed = new Promise<Reply>((resolve) => {
    if (!worker) resolve(undefined);
    else worker.onerror = () => resolve(undefined);
  });
  const ask = (request: Parameters<ImageDecoder>) =>
    new Promise<Reply>((resolve) => {
      if (!worker) return;
      worker.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
      worker.postMessage(request);
    });
  return {
    decode: async (...request) => {
      const reply = await Promise.race([failed, ask(request)]);
      if (!reply) return decodeInBrowser(...request);
      if ("reason" in reply) throw new Error(reply.reason);
      return reply.image;
    },
    close: () => {
      worker?.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

function startWorker(url: string): Worker | undefined {
  try {
    return new Worker(url);
  } catch {
    return undefined;
  }
}
