import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findBrowser, usesSwiftShader } from "../../tools/browser/browser.mjs";
import { serve } from "../../tools/browser/serve.mjs";

afterEach(() => vi.unstubAllEnvs());

describe("findBrowser", () => {
  test("takes the browser that PUPPETEER_EXECUTABLE_PATH names", async () => {
    vi.stubEnv("PUPPETEER_EXECUTABLE_PATH", process.execPath);
    expect(await findBrowser()).toBe(process.execPath);
  });

  test("names the path where PUPPETEER_EXECUTABLE_PATH is wrong", async () => {
    vi.stubEnv("PUPPETEER_EXECUTABLE_PATH", "/no/such/browser");
    await expect(findBrowser()).rejects.toThrow(/PUPPETEER_EXECUTABLE_PATH .*\/no\/such\/browser/);
  });
});

describe("usesSwiftShader", () => {
  test("obeys SADDLEPOINT_ADAPTER", () => {
    vi.stubEnv("SADDLEPOINT_ADAPTER", "swiftshader");
    expect(usesSwiftShader()).toBe(true);
    vi.stubEnv("SADDLEPOINT_ADAPTER", "default");
    expect(usesSwiftShader()).toBe(false);
  });

  test("refuses a word that it does not know", () => {
    vi.stubEnv("SADDLEPOINT_ADAPTER", "vulkan");
    expect(() => usesSwiftShader()).toThrow(/"vulkan".*"swiftshader" or "default"/);
  });
});

describe("serve", () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
    await mkdir(join(folder, "public"));
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(folder, "public", "index.html"), "<p>hello</p>");
    await writeFile(join(folder, "public", "kernel.wgsl"), "const N = 1u;");
    server = await serve({
      root: join(folder, "public"),
      routes: {
        "/made.js": async () => ({ body: "export {};", type: "text/javascript" }),
        "/broken.js": async () => {
          throw new Error("this page does not compile");
        },
      },
    });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** Sends the path as it stands: fetch() would resolve the dots before they left. */
  function statusOf(path: string): Promise<number | undefined> {
    const { hostname, port } = new URL(server.url);
    return new Promise((done, fail) => {
      request({ hostname, port, path }, (response) => {
        response.resume();
        response.once("end", () => done(response.statusCode));
      })
        .once("error", fail)
        .end();
    });
  }

  test("answers on 127.0.0.1, where WebGPU is allowed", () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test("serves files with their content types, and a folder by its index.html", async () => {
    const page = await fetch(`${server.url}/`);
    expect(await page.text()).toBe("<p>hello</p>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const shader = await fetch(`${server.url}/kernel.wgsl?version=2`);
    expect(shader.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("serves what a route makes, and tells the error where it fails", async () => {
    const made = await fetch(`${server.url}/made.js`);
    expect([made.status, made.headers.get("content-type")]).toEqual([200, "text/javascript"]);
    const broken = await fetch(`${server.url}/broken.js`);
    expect(broken.status).toBe(500);
    expect(await broken.text()).toContain("this page does not compile");
  });

  test("answers 404 where there is nothing", async () => {
    expect(await statusOf("/nothing.html")).toBe(404);
    expect(await statusOf("/index.html/deeper")).toBe(404);
    expect(await statusOf("/constructor")).toBe(404);
  });

  test.each(["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "//../secret.txt", "/x/../../secret.txt"])(
    "does not leave its folder for %s",
    async (path) => {
      expect(await statusOf(path)).toBe(404);
    },
  );

  test("refuses a path that cannot be decoded", async () => {
    expect(await statusOf("/%zz")).toBe(400);
    expect(await statusOf("/%00")).toBe(400);
  });
});
