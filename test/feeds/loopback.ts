/**
 * Whether bytes are on their way between two sockets of this process. A test that moves its clock by
 * hand waits for them first: then no load of the machine can make a venue look slow.
 */
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";

/** Bytes that do not move for this long will not: their reader was paused. Real time, ms. */
const STUCK_MS = 20;

const sockets = new Set<Socket>();
let stuck = "";

for (const name of ["net.client.socket", "net.server.socket"]) {
  subscribe(name, (message) => {
    const { socket } = Object(message);
    if (!(socket instanceof Socket)) return;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
}

/** Resolves when everything sent was read, dialled was accepted, and closed was noticed. */
export async function bytesToArrive(): Promise<void> {
  let seen = "";
  let sinceMs = performance.now();
  await turn();
  for (;;) {
    const pending = pendingOf([...sockets]);
    if (pending === "" || pending === stuck) break;
    if (pending !== seen) {
      seen = pending;
      sinceMs = performance.now();
    } else if (performance.now() - sinceMs > STUCK_MS) {
      stuck = pending;
      break;
    }
    await turn();
  }
  await turn();
}

/** Names what is under way; empty when nothing is. */
function pendingOf(open: readonly Socket[]): string {
  const byPorts = new Map(
    open.map((socket) => [`${socket.localPort}>${socket.remotePort}`, socket]),
  );
  const pending = open.map((socket) => {
    if (socket.connecting) return "dialling";
    const peer = byPorts.get(`${socket.remotePort}>${socket.localPort}`);
    if (peer === undefined) return `alone ${socket.localPort}>${socket.remotePort}`;
    const unread = socket.bytesWritten - peer.bytesRead;
    return unread === 0 ? "" : `${unread} for ${peer.localPort}`;
  });
  return pending.filter((each) => each !== "").join();
}
