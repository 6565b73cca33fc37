/** docker-compose.yml where no engine runs: what it names exists, and the program knows it. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadSettings } from "../../src/config.ts";
import { messageOf } from "../../src/errors.ts";
import { SHUTDOWN_MS_MAX } from "../../src/shutdown.ts";
import { BOT_TOKEN, WEBHOOK } from "../config/loading.ts";
import { type ComposeService, filled, readCompose, readEnvFile } from "./compose-file.ts";
import { readInstructions } from "./dockerfile.ts";

const compose = readCompose();
const services = Object.entries(compose.services);
const example = readEnvFile(".env.example");

/** What a person would put in, with the letters that break a URL. */
const ENV = {
  POSTGRES_PASSWORD: "p@ss/w:rd?#%",
  GRAFANA_READER_PASSWORD: "reads",
  GRAFANA_ADMIN_PASSWORD: "looks",
  DISCORD_WEBHOOK_URL: WEBHOOK,
  TELEGRAM_BOT_TOKEN: BOT_TOKEN,
  TELEGRAM_CHAT_ID: "-1001234567890",
  LIQWATCH_PRESET: "busy",
  LIQWATCH_LOG_LEVEL: "warn",
};

function service(name: string): ComposeService {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`No service ${name}`);
  return found;
}

describe("docker-compose.yml", () => {
  test("every image is pinned to a version", () => {
    for (const [, { image, build }] of services) {
      const tag = image.split(":")[1]?.replace(/^v/, "") ?? "";
      expect([image, /^\d+\.\d+/.test(tag) || build !== undefined]).toEqual([image, true]);
    }
  });

  test("only the page and Grafana are published, on loopback", () => {
    const published = services.flatMap(([name, { ports }]) => ports.map((port) => [name, port]));
    expect(published).toEqual([
      ["liqwatch", "127.0.0.1:8787:8787"],
      ["grafana", "127.0.0.1:3000:3000"],
    ]);
  });

  test("a service starts after those it needs, which have a health check", () => {
    const needs = services.map(([name, { depends_on }]) => [name, Object.keys(depends_on)]);
    expect(Object.fromEntries(needs)).toEqual({
      postgres: [],
      redis: [],
      liqwatch: ["postgres", "redis"],
      prometheus: [],
      grafana: ["postgres", "prometheus"],
    });
    const checked = services.filter(([, { healthcheck }]) => healthcheck !== undefined);
    expect(checked.map(([name]) => name)).toEqual(["postgres", "redis", "prometheus", "grafana"]);
    const ours = readInstructions("Dockerfile").map(({ name }) => name);
    expect(ours).toContain("HEALTHCHECK");
  });

  test("volumes are declared, and files that are mounted exist", () => {
    const sources = services.flatMap(([, { volumes }]) =>
      volumes.map((v) => v.split(":")[0] ?? ""),
    );
    const files = sources.filter((source) => source.startsWith("./"));
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const named = sources.filter((source) => !source.startsWith("./")).sort();
    expect(named).toEqual(Object.keys(compose.volumes).sort());
  });

  test("Redis keeps its jobs: nothing is evicted, and a restart finds them", () => {
    const command = service("redis").command ?? [];
    expect(command[command.indexOf("--maxmemory-policy") + 1]).toBe("noeviction");
    expect(command[command.indexOf("--appendonly") + 1]).toBe("yes");
  });

  test("no container's log grows without end", () => {
    for (const [name, { logging }] of services) {
      expect([name, Object.keys(logging.options)]).toEqual([name, ["max-size", "max-file"]]);
    }
  });

  test("every secret comes from .env, whose example names all variables and no value", () => {
    const text = readFileSync("docker-compose.yml", "utf8");
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect(Object.keys(example).sort()).toEqual([...asked].sort());
    expect(Object.keys(example).sort()).toEqual(Object.keys(ENV).sort());
    expect(Object.values(example).filter((value) => value !== "")).toEqual([]);
    for (const [, { environment }] of services) {
      const written = Object.entries(environment).filter(([name]) => /TOKEN|PASSW|HOOK/.test(name));
      expect(written.filter(([, value]) => !value.startsWith("${"))).toEqual([]);
    }
    expect(readFileSync(".gitignore", "utf8").split("\n")).toContain(".env");
  });

  test("a start without passwords is refused with the variable's name", () => {
    const { environment } = service("postgres");
    expect(() => filled(environment, example)).toThrow("POSTGRES_PASSWORD: set it in .env");
  });
});

describe("the daemon's service", () => {
  const { environment, stop_grace_period, read_only, tmpfs, cap_drop } = service("liqwatch");
  const settingsOf = (env: Readonly<Record<string, string>>) => loadSettings({ file: null, env });

  test("its variables are understood: database, queue, both targets, preset, log", () => {
    const settings = settingsOf(filled(environment, ENV));
    const password = encodeURIComponent(ENV.POSTGRES_PASSWORD);
    expect(settings.database.url).toBe(`postgres://liqwatch:${password}@postgres:5432/liqwatch`);
    expect(settings.redis.url).toBe("redis://redis:6379");
    expect(settings.targets.map(({ name }) => name)).toEqual(["discord", "telegram"]);
    expect(settings.preset).toBe("busy");
    expect(settings.log.level).toBe("warn");
  });

  test("no variable is idle: with another value the settings are others or refused", () => {
    const env = filled(environment, ENV);
    const outcome = (changed: Readonly<Record<string, string>>): string => {
      try {
        return JSON.stringify(settingsOf({ ...env, ...changed }));
      } catch (thrown) {
        return messageOf(thrown);
      }
    };
    const idle = Object.keys(env).filter((name) => outcome({ [name]: "other" }) === outcome({}));
    expect(idle).toEqual([]);
  });

  test("with passwords alone it starts, and alerts go to its log", () => {
    const { POSTGRES_PASSWORD } = ENV;
    const settings = settingsOf(filled(environment, { ...example, POSTGRES_PASSWORD }));
    expect(settings.targets.map(({ name }) => name)).toEqual(["console"]);
  });

  test("it has more time to stop than it takes at most", () => {
    expect(Number.parseInt(stop_grace_period ?? "", 10) * 1_000).toBeGreaterThan(SHUTDOWN_MS_MAX);
  });

  test("it can write to its volume and a temporary folder only", () => {
    expect({ read_only, tmpfs, cap_drop }).toEqual({
      read_only: true,
      tmpfs: ["/tmp"],
      cap_drop: ["ALL"],
    });
  });
});

describe("Postgres and Grafana agree", () => {
  const read = (path: string): unknown => parse(readFileSync(path, "utf8"));

  test("Grafana reads the database that liqwatch writes, as the role that reader.sql makes", () => {
    const { POSTGRES_DB } = service("postgres").environment;
    expect(service("liqwatch").environment.POSTGRES_DB).toBe(POSTGRES_DB);
    expect(read("deploy/grafana/provisioning/datasources/liqwatch.yaml")).toMatchObject({
      datasources: [
        {
          url: "postgres:5432",
          user: "liqwatch_reader",
          secureJsonData: { password: "$LIQWATCH_READER_PASSWORD" },
          jsonData: { database: POSTGRES_DB },
        },
        { url: "http://prometheus:9090" },
      ],
    });
    const reader = "${GRAFANA_READER_PASSWORD:?set it in .env}";
    expect(service("postgres").environment.LIQWATCH_READER_PASSWORD).toBe(reader);
    expect(service("grafana").environment.LIQWATCH_READER_PASSWORD).toBe(reader);
    const sql = readFileSync("deploy/postgres/reader.sql", "utf8");
    expect(sql).toContain("\\getenv reader_password LIQWATCH_READER_PASSWORD");
    expect(sql).toContain("create role liqwatch_reader login");
  });

  test("the dashboards are mounted where Grafana is told to look", () => {
    const mounts = service("grafana").volumes.map((volume) => volume.split(":"));
    const [, target] = mounts.find(([source]) => source === "./deploy/grafana/dashboards") ?? [];
    expect(read("deploy/grafana/provisioning/dashboards/liqwatch.yaml")).toMatchObject({
      providers: [{ options: { path: target } }],
    });
    const home = service("grafana").environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
    expect(home).toBe(`${target}/liqwatch.json`);
  });
});
