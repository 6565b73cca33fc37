/** Who holds a lock, told apart from a later process of the same number and from other containers. */
import { readFileSync, readlinkSync } from "node:fs";
import { kill, pid } from "node:process";
import { isObject } from "./postgres/rows.ts";

/** A process, as it writes itself into a lock. */
export interface LockHolder {
  readonly pid: number;
  /** Kernel boot and start tick on Linux; null elsewhere. */
  readonly startedAt: string | null;
  /** What makes pids comparable: kernel boot and PID namespace on Linux; null elsewhere. */
  readonly place: string | null;
  /** No two holders are alike, wherever they run. */
  readonly nonce: string;
}

export function ownHolder(nonce: string): LockHolder {
  return { pid, startedAt: startOf(pid), place: ownPlace(), nonce };
}

/** null for a text that is not ours: such a lock is nobody's. */
export function parseHolder(text: string): LockHolder | null {
  try {
    const written: unknown = JSON.parse(text);
    if (!isObject(written) || typeof written.pid !== "number") return null;
    const textOr = (value: unknown) => (typeof value === "string" ? value : null);
    return {
      pid: written.pid,
      startedAt: textOr(written.startedAt),
      place: textOr(written.place),
      nonce: textOr(written.nonce) ?? "",
    };
  } catch {
    return null;
  }
}

/** null = the holder runs where its pid says nothing to us: another container or machine. */
export function isAlive(holder: LockHolder): boolean | null {
  if (holder.place === null || holder.place !== ownPlace()) return null;
  const present = startOf(holder.pid);
  if (present !== null && holder.startedAt !== null) return present === holder.startedAt;
  return answersSignals(holder.pid);
}

/** Signal 0 tests for existence; EPERM says that the process exists and belongs to somebody else. */
function answersSignals(target: number): boolean {
  try {
    return kill(target, 0);
  } catch (error) {
    return isObject(error) && error.code === "EPERM";
  }
}

/** `/proc/self/ns/pid` names the namespace (namespaces(7)); its number is free again with its end. */
function ownPlace(): string | null {
  const boot = bootId();
  try {
    return boot === null ? null : `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}

/** The same in all containers of one kernel. */
function bootId(): string | null {
  return readOrNull("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
}

/**
 * Field 22 of /proc/PID/stat is the start in clock ticks since boot (proc(5)); the command name in
 * field 2 may hold spaces and parentheses, so counting starts after the last parenthesis. A zombie
 * (state Z) holds nothing any more.
 */
function startOf(target: number): string | null {
  const stat = readOrNull(`/proc/${target}/stat`);
  const boot = bootId();
  if (stat === null || boot === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : `${boot} ${fields[19]}`;
}

export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
