/** An IPv4 network. `address` is its network address, as an unsigned 32-bit number. */
export interface Cidr {
  readonly address: number;
  /** 0 to 32. */
  readonly prefix: number;
}

/** Dotted IPv4 to a number; null when it is none. Leading zeros are refused: some programs read them as octal. */
export function parseAddress(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  let value = 0;
  for (const part of text.split('.')) {
    if (Number(part) > 255 || String(Number(part)) !== part) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

/** Number to dotted IPv4. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Splits `198.51.100.7/24`, host bits allowed; null when it is not of that form. */
export function parseInterfaceAddress(text: string): Cidr | null {
  const [addressText = '', prefixText = '', ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === null || rest.length > 0 || !/^(\d|[12]\d|3[0-2])$/.test(prefixText)) return null;
  return { address, prefix: Number(prefixText) };
}

/** The network of an address: host bits cleared. */
export function networkOf(address: number, prefix: number): Cidr {
  const size = 2 ** (32 - prefix);
  return { address: Math.floor(address / size) * size, prefix };
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.address)}/${cidr.prefix}`;
}

/** How many addresses, network and broadcast among them. */
export function sizeOf(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefix);
}

/** The last address. */
export function broadcastOf(cidr: Cidr): number {
  return cidr.address + sizeOf(cidr) - 1;
}

export function contains(cidr: Cidr, address: number): boolean {
  return address >= cidr.address && address <= broadcastOf(cidr);
}

export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return inner.prefix >= outer.prefix && contains(outer, inner.address);
}
