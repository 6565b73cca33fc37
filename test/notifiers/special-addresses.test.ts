import { describe, expect, test } from "vitest";
import { reachOf } from "../../src/notifiers/special-addresses.ts";

describe("the kind of an address", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
  ])("%s is public", (address) => {
    expect(reachOf(address)).toBe("public");
  });

  test.each([
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::1",
    "0:0:0:0:0:0:0:1",
    "fc00::1",
    "fdff:ffff::1",
  ])("%s is private", (address) => {
    expect(reachOf(address)).toBe("private");
  });

  test.each([
    "0.0.0.0",
    "169.254.169.254",
    "192.0.0.192",
    "192.0.2.7",
    "198.19.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:FFFF:7F00:0001",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "",
    "2130706433",
    "localhost",
  ])("%s is forbidden", (address) => {
    expect(reachOf(address)).toBe("forbidden");
  });
});
