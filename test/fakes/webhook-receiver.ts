/** A program that receives webhooks on the loopback, and can be told to misbehave. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The name that TLS asked for; null without TLS or name. */
  readonly serverName: string | null;
}

export interface WebhookReceiver {
  readonly port: number;
  readonly received: readonly Received[];
  /** How requests are answered from now on; 204 at first. */
  answer(answer: (response: ServerResponse, request: Received) => void): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(
  tls: { readonly key: string; readonly cert: string } | null = null,
): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let answer = (response: ServerResponse, _request: Received): void =>
    void response.writeHead(204).end();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers, socket } = request;
      const name: unknown = Reflect.get(socket, "servername");
      const serverName = typeof name === "string" ? name : null;
      const body = Buffer.concat(chunks).toString();
      const one = { method, path, headers, body, serverName };
      received.push(one);
      answer(response, one);
    });
  };
  const server = tls === null ? createHttpServer(handle) : createHttpsServer(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    answer(next) {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
