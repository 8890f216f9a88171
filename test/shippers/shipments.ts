import type { Shipment } from '../../src/shippers/shipment.ts';

export const plain: Shipment = {
  file: '/var/log/decnet/events.log',
  spool: '/var/spool/decnet',
  host: 'logs.example.com',
  port: 6514,
  tls: null,
};

export const secret: Shipment = {
  ...plain,
  tls: {
    ca: '/etc/decnet/ca.pem',
    cert: '/etc/decnet/client.pem',
    key: '/etc/decnet/client.key',
    serverName: 'siem.example.com',
  },
};

/** Signs that are left to a path, and mean something in YAML or to a shell. */
export const odd = "/srv/it's: #1 & 50% (ü)/~events|`x`";
