/** Reads a PNG of 8 bits per channel, for looking at single pixels. https://www.w3.org/TR/png-3/ */
import { inflateSync } from "node:zlib";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 6: 4 };

export function readPng(png: Uint8Array): Pixels {
  const file = Buffer.from(png);
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const channels = CHANNELS[file.readUInt8(25)] ?? 0;
  if (file.readUInt8(24) !== 8 || channels === 0) throw new Error("Expected 8 bits a channel");
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const isData = file.toString("latin1", at + 4, at + 8) === "IDAT";
    if (isData) parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const bytes = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= channels ? (bytes[at - channels] ?? 0) : 0;
      const up = y > 0 ? (bytes[at - stride] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (bytes[at - stride - channels] ?? 0) : 0;
      const sent = raw[y * (stride + 1) + 1 + x] ?? 0;
      bytes[at] = sent + predicted(filter, { left, up, corner });
    }
  }
  return { width, height, channels, bytes };
}

function predicted(filter: number, near: { left: number; up: number; corner: number }): number {
  const { left, up, corner } = near;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const guess = left + up - corner;
  const far = [left, up, corner].map((value) => Math.abs(guess - value));
  const nearest = Math.min(...far);
  return far[0] === nearest ? left : far[1] === nearest ? up : corner;
}

/** `#rrggbb` at a place given in the picture's CSS pixels. */
export function colorAt({ width, channels, bytes }: Pixels, x: number, y: number): string {
  const at = (Math.round(y * 2) * width + Math.round(x * 2)) * channels;
  return `#${Buffer.from(bytes.subarray(at, at + 3)).toString("hex")}`;
}

/** The part of pixels that differ visibly. */
export function difference(one: Pixels, other: Pixels): number {
  if (one.bytes.length !== other.bytes.length) return 1;
  let count = 0;
  for (let at = 0; at < one.bytes.length; at += one.channels) {
    const isOther = [0, 1, 2].some((channel) => {
      return Math.abs((one.bytes[at + channel] ?? 0) - (other.bytes[at + channel] ?? 0)) > 24;
    });
    if (isOther) count += 1;
  }
  return count / (one.width * one.height);
}
