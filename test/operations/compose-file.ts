/** docker-compose.yml as we use the format: read strictly, so that an unknown key is a failure. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const Environment = z.record(z.string(), z.string());

const Service = z.strictObject({
  build: z.literal(".").optional(),
  image: z.string(),
  restart: z.literal("unless-stopped"),
  command: z.array(z.string()).optional(),
  environment: Environment.default({}),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal("service_healthy") }))
    .default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal("CMD")], z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.int(),
      start_period: z.string().optional(),
    })
    .optional(),
  logging: z.strictObject({
    driver: z.literal("json-file"),
    options: z.record(z.string(), z.string()),
  }),
  stop_grace_period: z.string().optional(),
  shm_size: z.string().optional(),
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
});
export type ComposeService = z.infer<typeof Service>;

const ComposeFile = z.strictObject({
  name: z.literal("liqwatch"),
  "x-logging": z.unknown(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

export function readCompose(): z.infer<typeof ComposeFile> {
  return ComposeFile.parse(parse(readFileSync("docker-compose.yml", "utf8")));
}

/** Puts values in the place of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
export function filled(
  values: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, mark, rest) => {
      const value = env[name] ?? "";
      if (value === "" && mark === "?") throw new Error(`${name}: ${rest}`);
      return value === "" && mark === "-" ? rest : value;
    });
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(text)]));
}

/** The names in an env file, with their values. */
export function readEnvFile(path: string): Readonly<Record<string, string>> {
  const lines = readFileSync(path, "utf8").split("\n");
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}
