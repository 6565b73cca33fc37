import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Line, readLines } from "../../src/cli/lines.ts";

let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "liqwatch-lines-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** The text in pieces of `size` bytes, in one buffer that is used again like a socket's. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const shared = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    yield shared.subarray(0, bytes.copy(shared, 0, at, at + size));
  }
}

async function all(source: string | AsyncIterable<Uint8Array>, options = {}): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(source, options)) lines.push(line);
  return lines;
}

describe("lines of a stream", () => {
  it("are whole wherever the chunks end, also inside a character", async () => {
    const text = 'a\r\n\n牛来 "€"\nlast';
    for (let size = 1; size <= 20; size += 1) {
      const lines = await all(pieces(text, size));
      expect(lines.map((line) => [line.number, line.text, line.cut])).toEqual([
        [1, "a", false],
        [2, "", false],
        [3, '牛来 "€"', false],
        [4, "last", false],
      ]);
    }
  });

  it("are cut and say so beyond the limit, and the next one is whole again", async () => {
    const lines = await all(pieces(`${"x".repeat(50)}\nshort\n${"y".repeat(11)}`, 7), {
      lineBytesMax: 10,
    });
    expect(lines).toEqual([
      { number: 1, text: "x".repeat(10), cut: true },
      { number: 2, text: "short", cut: false },
      { number: 3, text: "y".repeat(10), cut: true },
    ]);
  });

  it("are none in an empty stream, and bytes that are not UTF-8 do no harm", async () => {
    expect(await all(pieces("", 4))).toEqual([]);
    const broken = (async function* () {
      yield Uint8Array.from([0xff, 0xfe, 0x0a, 0x41]);
    })();
    expect((await all(broken)).map((line) => line.text)).toEqual(["\ufffd\ufffd", "A"]);
  });
});

describe("lines of a file", () => {
  it("are read from a path", async () => {
    const path = join(directory, "two.ndjson");
    await writeFile(path, "one\ntwo\n");
    expect((await all(path)).map((line) => line.text)).toEqual(["one", "two"]);
  });

  it("are unpacked, and those of a folder are read one file after the other", async () => {
    const folder = join(directory, "parts");
    await mkdir(folder);
    await writeFile(join(folder, "1.ndjson.gz"), gzipSync("one\ncut off"));
    await writeFile(join(folder, "2.ndjson"), "two\n");
    await writeFile(join(folder, "notes.txt"), "not read");
    const texts = (await all(folder)).map((line) => line.text);
    expect(texts).toEqual(["one", "cut off", "two", ""]);
    await writeFile(join(folder, "3.ndjson.gz"), "no gzip");
    await expect(all(folder)).rejects.toThrow("incorrect header check");
  });

  it("fail by name when the file is missing or a directory without any", async () => {
    const missing = join(directory, "none.ndjson");
    await expect(all(missing)).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringContaining(missing),
    });
    const empty = join(directory, "empty");
    await mkdir(empty);
    await expect(all(empty)).rejects.toThrow(`Cannot read ${empty}: it is a directory`);
  });
});
