import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../../tools/browser/serve.mjs";

let folder: string;
let server: Awaited<ReturnType<typeof serve>>;
const logged: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-"));
  const root = join(folder, "public");
  await mkdir(join(root, "inner"), { recursive: true });
  await mkdir(join(folder, "elsewhere"));
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(folder, "elsewhere", "index.html"), "secret");
  await writeFile(join(root, "inner", "index.html"), "<p>inner</p>");
  await writeFile(join(root, "page.html"), "<p>page</p>");
  await symlink(join(folder, "secret.txt"), join(root, "link.txt"));
  await symlink(join("..", "..", "secret.txt"), join(root, "inner", "up.txt"));
  await symlink(join(folder, "elsewhere"), join(root, "linked"));
  await symlink(folder, join(root, "out"));
  await symlink("loop", join(root, "loop"));
  await symlink("page.html", join(root, "alias.html"));
  // The root itself may be reached by a link.
  await symlink(root, join(folder, "root"));
  server = await serve({
    root: join(folder, "root"),
    log: (line) => logged.push(line),
    routes: {
      "/data": async () => ({ body: "an image of the user", type: "image/png" }),
      "/unreadable": async () => {
        throw Object.assign(new Error(`EIO: i/o error, open '${folder}/secret.txt'`), { code: "EIO" });
      },
      "/broken": async () => {
        throw new Error(`${folder}/page.ts:3:5: no such module\u001b[2J`);
      },
    },
  });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
}

/** Sends the path as it stands: fetch() would resolve the dots before they left. */
function send({ path = "/page.html", method = "GET", host }: Sent) {
  const { hostname, port } = new URL(server.url);
  const headers = host === undefined ? {} : { host };
  return new Promise<{ status?: number | undefined; body: string; headers: NodeJS.Dict<string | string[]> }>(
    (done, fail) => {
      request({ hostname, port, path, method, headers }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        response.once("end", () => done({ status: response.statusCode, body, headers: response.headers }));
      })
        .once("error", fail)
        .end();
    },
  );
}

describe("the Host header", () => {
  const port = () => new URL(server.url).port;

  test.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])("%s is this machine", async (name) => {
    expect((await send({ host: `${name}:${port()}` })).status).toBe(200);
  });

  test.each([
    ["the name of a page elsewhere", () => `evil.example:${port()}`],
    ["a name that begins as ours", () => `localhost.evil.example:${port()}`],
    ["a name that ends as ours", () => `evil-localhost:${port()}`],
    ["a user in front", () => `localhost@evil.example:${port()}`],
    ["another port", () => "127.0.0.1:1"],
    ["no port", () => "localhost"],
    ["an address of the network", () => `192.168.1.2:${port()}`],
    ["any address", () => `0.0.0.0:${port()}`],
    ["another address of this machine", () => `127.0.0.1.nip.io:${port()}`],
  ])("%s is refused", async (_, host) => {
    for (const path of ["/page.html", "/data"]) {
      const { status, body } = await send({ path, host: host() });
      expect(status).toBe(403);
      expect(body).not.toMatch(/page|image/);
    }
  });

  test("a request without one is refused", async () => {
    const reply = await new Promise<string>((done, fail) => {
      const socket = connect(Number(port()), "127.0.0.1", () => socket.write("GET /data HTTP/1.0\r\n\r\n"));
      let text = "";
      socket.on("data", (bytes) => {
        text += bytes.toString();
      });
      socket.once("end", () => done(text)).once("error", fail);
    });
    expect(reply).toMatch(/^HTTP\/1\.1 403/);
    expect(reply).not.toContain("image of");
  });

  test("nor does an address in the request's first line help", async () => {
    expect((await send({ path: "http://evil.example/data" })).status).toBe(400);
  });
});

describe("links", () => {
  test.each(["/link.txt", "/inner/up.txt", "/linked/index.html", "/linked", "/out/secret.txt", "/out/", "/loop"])(
    "%s leads out, or nowhere, and is not there",
    async (path) => {
      const { status, body } = await send({ path });
      expect(status).toBe(404);
      expect(body).not.toContain("secret\n");
    },
  );

  test("one that stays inside is followed", async () => {
    expect((await send({ path: "/alias.html" })).body).toBe("<p>page</p>");
    expect((await send({ path: "/inner" })).body).toBe("<p>inner</p>");
  });
});

test.each([
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/inner/..%2f..%2fsecret.txt",
  "/%2e%2e%2fsecret.txt",
  "/..%5csecret.txt",
  "/%252e%252e/secret.txt",
  "/inner/....//....//secret.txt",
  "//secret.txt",
  "/file:///etc/passwd",
  "/.",
])("%s finds nothing outside", async (path) => {
  const { status, body } = await send({ path });
  expect(status).toBe(404);
  expect(body).not.toContain("root:");
});

test("a name that is too long for any file is not there", async () => {
  expect((await send({ path: `/${"x".repeat(5000)}` })).status).toBe(404);
});

test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("%s is not served", async (method) => {
  const { status, headers } = await send({ path: "/data", method });
  expect([status, headers.allow]).toEqual([405, "GET, HEAD"]);
});

test("HEAD has the headers alone", async () => {
  const { status, body, headers } = await send({ method: "HEAD" });
  expect([status, body, headers["content-length"]]).toEqual([200, "", "11"]);
});

test.each(["/page.html", "/data", "/nothing", "/broken"])("%s comes with a policy", async (path) => {
  const { headers } = await send({ path });
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
});

describe("an error", () => {
  test.each(["/unreadable", "/broken"])("of %s shows no path and no stack, and the terminal all", async (path) => {
    logged.length = 0;
    const { status, body } = await send({ path });
    expect(status).toBe(500);
    expect(body).not.toContain(folder);
    expect(body).not.toMatch(/\bat /);
    expect(logged.join("\n")).toContain(folder);
    expect(logged.join("\n")).not.toContain("\u001b");
  });

  test("keeps what the page's author needs", async () => {
    expect((await send({ path: "/broken" })).body).toMatch(/^page\.ts:3:5: no such module/);
  });
});
