/** A DNS server on this machine whose names lead where no picture may be read from. */
import { Resolver } from "node:dns/promises";
import type { AddressInfo } from "node:net";
import type { FoundAddress, ResolveName } from "@mien/server/url-input/checked-lookup";
import dns2 from "dns2";

/** Public, and never reached. */
const elsewhere = "93.184.216.34";

/** Names of the DNS by type; a list of lists is answered one after the other. */
const zone: Readonly<Record<string, { A?: string[]; AAAA?: string[]; CNAME?: string }>> = {
  "pictures.test": { A: ["127.0.0.1"] },
  "loopback.test": { A: ["127.0.0.1"] },
  "127.0.0.1.loopback.test": { A: ["127.0.0.1"] },
  "loopback6.test": { AAAA: ["::1"] },
  "mapped.test": { AAAA: ["::ffff:127.0.0.1"] },
  "nat64.test": { AAAA: ["64:ff9b::7f00:1"] },
  "zero.test": { A: ["0.0.0.0"] },
  "private.test": { A: ["10.0.0.1"] },
  "metadata.test": { A: ["169.254.169.254"] },
  "alias.test": { CNAME: "loopback.test" },
  "mixed.test": { A: [elsewhere, "127.0.0.1"] },
  "mixed6.test": { A: [elsewhere], AAAA: ["::1"] },
  "empty.test": {},
};

let rebindings = 0;

function addressesOf(name: string, type: "A" | "AAAA"): string[] {
  // The first answer is harmless; whoever asks again gets this machine.
  if (name === "rebind.test")
    return type === "AAAA" ? [] : [rebindings++ === 0 ? elsewhere : "127.0.0.1"];
  return zone[name]?.[type] ?? [];
}

export interface HostileNames {
  readonly resolve: ResolveName;
  close(): Promise<void>;
}

export async function startHostileNames(): Promise<HostileNames> {
  const { Packet } = dns2;
  const server = dns2.createServer({
    udp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const { name, type } = request.questions[0] as unknown as { name: string; type: number };
      const plain = name.toLowerCase().replace(/\.$/, "");
      const alias = zone[plain]?.CNAME;
      const common = { class: Packet.CLASS.IN, ttl: 0 };
      // The library takes plain records, whatever its types say.
      const answers = response.answers as unknown as object[];
      if (alias !== undefined)
        answers.push({ name, type: Packet.TYPE.CNAME, domain: alias, ...common });
      const word = type === Packet.TYPE.AAAA ? "AAAA" : "A";
      for (const address of addressesOf(alias ?? plain, word))
        answers.push({ name: alias ?? name, type, address, ...common });
      if (zone[plain] === undefined && plain !== "rebind.test") response.header.rcode = 3;
      void send(response);
    },
  });
  const addresses = await server.listen({ udp: { port: 0, address: "127.0.0.1" } });
  const { port } = (addresses as { udp: AddressInfo }).udp;
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return {
    async resolve(host) {
      const [four, six] = await Promise.all([
        resolver.resolve4(host).catch(() => []),
        resolver.resolve6(host).catch(() => []),
      ]);
      const found: FoundAddress[] = [
        ...four.map((address) => ({ address, family: 4 })),
        ...six.map((address) => ({ address, family: 6 })),
      ];
      return found;
    },
    close: () => server.close(),
  };
}
