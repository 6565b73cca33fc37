/**
 * `POST /demo/telegram`: the page's input writes to the local bot as a Telegram user would.
 * `GET /demo/pictures/...`: what the local services were sent. Both exist in the demo only, writing
 * for this machine only: whoever asks there is the demo's admin.
 */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Inboxes } from "../../inboxes.ts";
import { Problem } from "../problem.ts";

const TEXT_CHARS_MAX = 400;
const Said = z.strictObject({ text: z.string().trim().min(1).max(TEXT_CHARS_MAX) });

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

export function demoRoutes(app: FastifyInstance, inboxes: Inboxes): void {
  app.post("/demo/telegram", (request, reply) => {
    if (!LOOPBACK.test(request.ip)) throw new Problem(403, "Only this machine may write here");
    // A page of another origin could send a form, but not JSON without being asked first.
    const said = Said.safeParse(request.body);
    if (!said.success) {
      const expected = `{"text": "..."} with 1 to ${TEXT_CHARS_MAX} characters`;
      throw new Problem(400, `Expected ${expected}`);
    }
    inboxes.say(said.data.text);
    return reply.code(202).header("cache-control", "no-store").send({ text: said.data.text });
  });
  app.get<{ Params: { service: string; id: string } }>(
    "/demo/pictures/:service/:id",
    (request, reply) => {
      const { service, id } = request.params;
      const isKnown = service === "discord" || service === "telegram";
      const bytes = isKnown ? inboxes.picture(service, id) : null;
      if (bytes === null) throw new Problem(404, "No such picture is kept");
      return reply.type("image/png").send(Buffer.from(bytes));
    },
  );
}
