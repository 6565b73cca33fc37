/** Routes that take no parameters and answer in their own way; for documents. */
import type { z } from "zod";
import { HealthJson, ReadyJson } from "./health.ts";

export interface PlainRoute {
  readonly path: string;
  readonly summary: string;
  readonly mediaType: string;
  readonly answer: z.ZodType | null;
}

export const PLAIN_ROUTES: readonly PlainRoute[] = [
  { path: "/", summary: "The page", mediaType: "text/html", answer: null },
  {
    path: "/v1/state",
    summary: "What the page shows, in one answer; its shape follows the page",
    mediaType: "application/json",
    answer: null,
  },
  {
    path: "/v1/stream",
    summary: "The same as server-sent events: everything at first, then what changed",
    mediaType: "text/event-stream",
    answer: null,
  },
  {
    path: "/v1/openapi.json",
    summary: "This description of the interface",
    mediaType: "application/json",
    answer: null,
  },
  {
    path: "/healthz",
    summary: "200 as long as the process answers",
    mediaType: "application/json",
    answer: HealthJson,
  },
  {
    path: "/readyz",
    summary: "200 when it decides, sees a venue and can store; else 503 with the reasons",
    mediaType: "application/json",
    answer: ReadyJson,
  },
  {
    path: "/metrics",
    summary: "Figures for Prometheus",
    mediaType: "text/plain",
    answer: null,
  },
];
