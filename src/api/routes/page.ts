/** `GET /` and the few files it needs: read once at start, no build step, no other host. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** The same path from `src/api/routes` and from `dist/api/routes`. */
const WEB = new URL("../../../web/", import.meta.url);

const PAGE = "index.html";
const ASSETS = [
  "style.css",
  "layout.css",
  "lists.css",
  "inboxes.css",
  "icon.svg",
  "page.js",
  "figures.js",
  "lists.js",
  "inboxes.js",
  "markup.js",
  "format.js",
  "element.js",
  "titles.js",
] as const;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

export function pageRoutes(app: FastifyInstance): void {
  app.get("/", serve(PAGE));
  for (const name of ASSETS) app.get(`/web/${name}`, serve(name));
}

function serve(name: string) {
  const body = readFileSync(new URL(name, WEB));
  const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
  const mediaType = MEDIA_TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "text/plain";
  return (request: FastifyRequest, reply: FastifyReply) => {
    reply.header("etag", etag).header("cache-control", "no-cache");
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    return reply.type(mediaType).send(body);
  };
}
