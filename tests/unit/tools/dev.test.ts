/** The server of `npm run dev`: what it serves, and to whom. */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { servePages } from "../../../tools/dev.mjs";

let server: Awaited<ReturnType<typeof servePages>>;
beforeAll(async () => {
  server = await servePages(0);
});
afterAll(() => server?.close());

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** As a page from `host` would ask: `fetch` lets nobody choose that header. */
function get(path: string, host = "localhost"): Promise<Reply> {
  const { hostname, port } = new URL(server.url);
  return new Promise((done, fail) => {
    request({ hostname, port, path, headers: { host } }, (response) => {
      let body = "";
      response.on("data", (part) => {
        body += part;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on("error", fail)
      .end();
  });
}

test.each(["ring", "images"])("serves the page %s with its own modules and the library's", async (name) => {
  const page = await get(`/live/${name}/`);
  expect(page.status).toBe(200);
  expect(page.body).toContain('src="page.ts"');
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
  const { status, body } = await get(`/live/${name}/session.ts`);
  expect(status).toBe(200);
  expect(body).toMatch(/from "\/@fs\/.*\/src\/index\.ts"/);
});

test("puts the slash behind the address of a page, which its own addresses need", async () => {
  expect(await get("/live/ring")).toMatchObject({ status: 302, headers: { location: "/live/ring/" } });
});

test("hands shaders out as modules", async () => {
  const sources = await get("/live/ring/session.ts");
  const repository = /"(\/@fs\/.*)\/src\/index\.ts"/.exec(sources.body)?.[1] ?? "";
  const { body } = await get(`${repository}/shaders/gemm.wgsl?import`);
  expect(body).toMatch(/^export default "/);
});

test("answers to the names of this machine alone", async () => {
  expect((await get("/live/", "127.0.0.1")).status).toBe(200);
  expect((await get("/live/", "rebound.example")).status).toBe(403);
  expect((await get("/live/ring/page.ts", "rebound.example:8080")).status).toBe(403);
});

test("gives nothing from outside the repository, and no page that there is not", async () => {
  expect((await get("/@fs/etc/passwd")).status).toBe(403);
  expect((await get("/live/nothing/")).status).toBe(404);
});

test("says that a port is in use", async () => {
  await expect(servePages(Number(new URL(server.url).port))).rejects.toThrow(/already in use/);
});
