/**
 * Addresses that no request on behalf of a configuration may reach by surprise: a webhook must not
 * become a way into this machine and its network. The IANA special-purpose registries, read 2026-11:
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { BlockList, isIP, isIPv4 } from "node:net";

export type Reach = "public" | "private" | "forbidden";

/** Networks that people run receivers in: open to who says so. */
const PRIVATE = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
] as const;

/** Nobody listens there, or nobody who should: 169.254.169.254 gives out a cloud's credentials. */
const FORBIDDEN = [
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Protocol assignments with Teredo, documentation, 6to4: they carry or imitate other addresses.
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
] as const;

/** The only IPv6 space that is given out; all else (mapped, link-local, multicast) is special. */
const GLOBAL_IPV6 = ["2000::/3"] as const;

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}

const privates = listOf(PRIVATE);
const forbidden = listOf(FORBIDDEN);
const globals = listOf(GLOBAL_IPV6);

/** `::ffff:10.0.0.1` in any spelling: it would pass under the rules of the other family. */
const mapped = listOf(["::ffff:0:0/96"]);

/** What kind of address this is; texts that are none, and those with a zone, are forbidden. */
export function reachOf(address: string): Reach {
  if (isIP(address) === 0 || address.includes("%")) return "forbidden";
  const family = familyOf(address);
  if (family === "ipv6" && mapped.check(address, family)) return "forbidden";
  if (forbidden.check(address, family)) return "forbidden";
  if (privates.check(address, family)) return "private";
  return family === "ipv4" || globals.check(address, family) ? "public" : "forbidden";
}
