import { configDefaults, defineConfig } from "vitest/config";
import { hasDataFolder, serveDataFolder } from "./tests/browser/data-folder.ts";
import { puppeteer } from "./tests/browser/puppeteer-provider.ts";
import { thoroughFiles } from "./tests/browser/thorough.ts";
import { sourceEntries } from "./tools/entries.mjs";
import { wgslForVite } from "./tools/wgsl.mjs";

const shared = {
  plugins: [wgslForVite()],
  resolve: { alias: sourceEntries },
};

const minute = 60_000;

function unit(name: string, folder: string, testTimeout: number) {
  return {
    ...shared,
    test: {
      name,
      environment: "node" as const,
      include: [`${folder}/**/*.test.ts`],
      exclude: configDefaults.exclude,
      testTimeout,
      provide: { hasDataFolder },
    },
  };
}

function gpu(name: string, include: readonly string[], testTimeout: number, isThorough = false) {
  return {
    ...shared,
    plugins: [...shared.plugins, serveDataFolder()],
    test: {
      name,
      include: [...include],
      globalSetup: ["tests/browser/prepare.ts"],
      // Engines and tensors have what those of "saddlepoint" have, also where a test imports single modules; trainers are saved, and
      // the compiler is verified.
      setupFiles: ["src/public/extras/engine.ts", "src/public/extras/checkpoints.ts", "src/extras/verify.ts"],
      testTimeout,
      hookTimeout: 2 * minute,
      // One page for all files, so that a pipeline compiled for one test serves the next.
      isolate: false,
      fileParallelism: false,
      provide: { hasDataFolder, isThorough },
      browser: {
        enabled: true,
        provider: puppeteer(),
        instances: [{ browser: "chrome" }],
        headless: true,
        ui: false,
        screenshotFailures: false,
        connectTimeout: 3 * minute,
        api: { host: "127.0.0.1" },
      },
    },
  };
}

export default defineConfig({
  test: {
    api: { host: "127.0.0.1" },
    projects: [
      unit("unit", "tests/unit", 2 * minute),
      gpu("gpu", ["tests/gpu/**/*.test.ts"], 3 * minute),
      unit("slow-unit", "tests/slow/unit", 20 * minute),
      gpu("slow-gpu", ["tests/slow/gpu/**/*.test.ts", ...thoroughFiles], 20 * minute, true),
    ],
  },
});
