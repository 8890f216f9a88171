import { longestLine, type Shipment, type ShipmentTls } from './shipment.ts';

/**
 * A configuration of Fluent Bit (docs.fluentbit.io, inputs `tail`, outputs `tcp`), in YAML. Its syslog output would
 * write headers of its own; `raw_message_key` of the tcp output sends a line as it is, with a line feed behind it.
 * Pure.
 */
export function fluentBit(shipment: Shipment): string {
  const { file, spool, host, port, tls } = shipment;
  const text = JSON.stringify; // a string of JSON is one of YAML
  return `# Ships the events that decnet collects: fluent-bit --config FILE.yaml, version 3.2 or later
# Fluent Bit knows no octet counting (RFC 5425): lines end with a line feed (RFC 6587, section 3.4.2). Most receivers
# take both; for one that insists on RFC 5425, use rsyslog or Vector.
# TCP has no receipts: what was on its way when the receiver breaks off is lost.
service:
  flush: 1
  storage.path: ${text(`${spool}/storage`)}
  storage.sync: full
pipeline:
  inputs:
    - name: tail
      # What was rotated away too: it may hold lines that are not sent yet. Files are known by their inode.
      path: ${text(`${file},${file}.[0-9]*`)}
      db: ${text(`${spool}/position.db`)}
      read_from_head: true
      buffer_chunk_size: ${longestLine}
      buffer_max_size: ${longestLine * 2}
      skip_long_lines: on
      key: line
      tag: decnet
      storage.type: filesystem
      storage.pause_on_chunks_overlimit: on
  outputs:
    - name: tcp
      match: decnet
      host: ${text(host)}
      port: ${port}
      raw_message_key: $line
      retry_limit: no_limits
${tls === null ? '' : tlsText(tls)}`;
}

function tlsText({ ca, cert, key, serverName }: ShipmentTls): string {
  const text = JSON.stringify;
  return `      tls: on
      tls.verify: on
      tls.verify_hostname: on
      tls.vhost: ${text(serverName)}
      tls.ca_file: ${text(ca)}
      tls.crt_file: ${text(cert)}
      tls.key_file: ${text(key)}
`;
}
