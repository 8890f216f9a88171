import { longestLine, type Shipment, type ShipmentTls } from './shipment.ts';

/**
 * A configuration of Vector (vector.dev, sources `file`, sinks `socket`), in YAML. Its socket sink knows no octet
 * counting; a transform puts the length in front, in bytes, and the sink adds nothing. Pure.
 */
export function vector(shipment: Shipment): string {
  const { file, spool, host, port, tls } = shipment;
  const text = JSON.stringify; // a string of JSON is one of YAML
  return `# Ships the events that decnet collects: vector --config FILE
# ${text(spool)} has to be there, and Vector has to be able to write in it.
# TCP has no receipts: what was on its way when the receiver breaks off is lost.
data_dir: ${text(spool)}
sources:
  decnet_events:
    type: file
    # What was rotated away too: it may hold lines that are not sent yet. Files are known by their first lines.
    include:
      - ${text(file)}
      - ${text(`${file}.[0-9]*`)}
    read_from: beginning
    max_line_bytes: ${longestLine}
transforms:
  decnet_frames:
    type: remap
    inputs: [decnet_events]
    # RFC 5425, section 4.3: length in bytes, a space, the line as it is
    source: |
      line = string!(.message)
      .message = to_string(length(line)) + " " + line
sinks:
  decnet_receiver:
    type: socket
    inputs: [decnet_frames]
    mode: tcp
    address: ${text(`${host.includes(':') ? `[${host}]` : host}:${port}`)}
    encoding:
      codec: text
    framing:
      method: bytes
    acknowledgements:
      enabled: true
    # The socket sink tries again for ever. Where the buffer is full, Vector reads no further: the file waits.
    buffer:
      type: disk
      max_size: 1073741824
      when_full: block
${tls === null ? '' : tlsText(tls)}`;
}

function tlsText({ ca, cert, key, serverName }: ShipmentTls): string {
  const text = JSON.stringify;
  return `    tls:
      enabled: true
      verify_certificate: true
      verify_hostname: true
      server_name: ${text(serverName)}
      ca_file: ${text(ca)}
      crt_file: ${text(cert)}
      key_file: ${text(key)}
`;
}
