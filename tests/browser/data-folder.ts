/**
 * Real data sets for tests: the environment variable SADDLEPOINT_DATA names a folder, and each file in it is at
 * /saddlepoint-data/<file> for a test in the browser. A test asks `inject("hasDataFolder")` whether there is one.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether SADDLEPOINT_DATA names a folder that exists. */
    hasDataFolder: boolean;
  }
}

const folder = process.env.SADDLEPOINT_DATA;

export const hasDataFolder = folder !== undefined && existsSync(folder);

export function serveDataFolder(): Plugin {
  return {
    name: "saddlepoint-data",
    configureServer(server) {
      server.middlewares.use("/saddlepoint-data", async (request, response) => {
        const name = /^\/([\w-][\w.-]*)$/.exec(request.url ?? "")?.[1];
        try {
          if (!folder || !name) throw new Error("not a file of the data folder");
          const bytes = await readFile(join(folder, name));
          response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.byteLength });
          response.end(bytes);
        } catch {
          response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file in SADDLEPOINT_DATA.\n");
        }
      });
    },
  };
}
