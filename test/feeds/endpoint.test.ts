import { expect, test } from "vitest";
import { rebase } from "../../src/feeds/endpoint.ts";

const OWN = "wss://fstream.example.com/market/stream?a=1";

test("without an override the venue's own address stands", () => {
  expect(rebase(OWN, null)).toBe(OWN);
});

test("an override replaces scheme, host and port and keeps path and query", () => {
  expect(rebase(OWN, "ws://127.0.0.1:9000")).toBe("ws://127.0.0.1:9000/market/stream?a=1");
  expect(rebase(OWN, "ws://127.0.0.1:9000/")).toBe("ws://127.0.0.1:9000/market/stream?a=1");
});

test("a proxy's path goes in front", () => {
  expect(rebase(OWN, "wss://proxy.example.com/binance/")).toBe(
    "wss://proxy.example.com/binance/market/stream?a=1",
  );
});

test("an override that already holds the path is not doubled", () => {
  expect(rebase(OWN, "wss://other.example.com/market/stream")).toBe(
    "wss://other.example.com/market/stream?a=1",
  );
  expect(rebase(OWN, "wss://other.example.com/mark")).toBe(
    "wss://other.example.com/mark/market/stream?a=1",
  );
});
