/** Loads a configuration given as text, and reads mistakes back as short lines. */

import { ConfigError, type Mistake } from "../../src/config/mistakes.ts";
import { loadSettings, type Settings, type SettingsSource } from "../../src/config.ts";
import { messageOf } from "../../src/errors.ts";

export const WEBHOOK = "https://discord.com/api/webhooks/123456/canary-token_1";
export const BOT_TOKEN = "123456789:AAHcanaryTokenOfAtLeastThirtyChars";

/** A rule that is right, to be bent by a test; written as flow YAML. */
export const RULE = `name: r, scope: asset, metric: notionalUsd, window: 5m, \
thresholds: { low: 1, medium: 2, high: 3, critical: 4 }`;

function missing(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
}

/** `text` null = there is no file anywhere. */
export function load(text: string | null, more: Partial<SettingsSource> = {}): Settings {
  return loadSettings({
    file: text === null ? null : "own.yaml",
    env: {},
    readFile(path) {
      if (text === null || path !== "own.yaml") throw missing(path);
      return text;
    },
    ...more,
  });
}

export function mistakesOf(
  text: string | null,
  more: Partial<SettingsSource> = {},
): readonly Mistake[] {
  try {
    load(text, more);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.mistakes;
    throw thrown;
  }
  return [];
}

/** `path: expected` of every mistake. */
export function linesOf(text: string | null, more: Partial<SettingsSource> = {}): string[] {
  return mistakesOf(text, more).map(
    ({ path, value, expected }) => `${path}: ${value}, ${expected}`,
  );
}

export function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    return messageOf(thrown);
  }
  return "";
}
