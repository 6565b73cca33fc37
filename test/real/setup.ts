/** vitest's global set-up: a folder for this run, and its end. Servers start when first asked for. */
import type { TestProject } from "vitest/node";
import { makeRunFolder, removeRunFolder } from "./run-folder.ts";

export default function setup(project: TestProject): () => void {
  const folder = makeRunFolder();
  project.provide("runFolder", folder);
  return () => removeRunFolder(folder, ["postgres", "redis"]);
}
