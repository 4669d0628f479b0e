/** Which addresses pictures may be read from: the public internet, without this machine and its cloud's services. */
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";

/** Services of a cloud that answer only its own machines, at addresses that look public. */
const cloudServices: readonly string[] = ["168.63.129.16"];

/** The only block of IPv6 that the internet routes; what is special within it the ranges below take out. */
const routedIpv6 = ipaddr.IPv6.parseCIDR("2000::/3");
const specialIpv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map((block) =>
  ipaddr.IPv6.parseCIDR(block),
);

function isOwnAddress(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) =>
    list?.some((own) => ipaddr.process(own.address.split("%")[0]!).toString() === address),
  );
}

/**
 * Not loopback, private, link-local, CGNAT, multicast, reserved, translated, tunnelled or our own. An IPv4 address in
 * IPv6 clothes is judged as what it is.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== "unicast") return false;
  if (
    address instanceof ipaddr.IPv6 &&
    (!address.match(routedIpv6) || specialIpv6.some((block) => address.match(block)))
  )
    return false;
  const plain = address.toString();
  return !cloudServices.includes(plain) && !isOwnAddress(plain);
}
