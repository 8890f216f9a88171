import { longestLine, type Shipment, type ShipmentTls } from './shipment.ts';

/**
 * A configuration of rsyslog 8.2108 or later (rsyslog.com/doc, modules imfile and omfwd), for /etc/rsyslog.d or alone.
 * It touches no other rule of the host: what it reads goes through a ruleset of its own. Pure.
 *
 * - A pattern that takes what was rotated away too, and `deleteStateOnFileDelete` off: with the plain name, lines are
 *   lost that a file got just before its rotation; with the position deleted at the rename, a file is read again.
 * - No position before what it counts is in the queue: interval 0, and after each submission.
 * - A queue on disk. One that is disk-assisted leaves in its files, at times, what came while the receiver was away,
 *   until rsyslog is restarted (seen with 8.2302); and it has a thousand events in memory alone. To write down where
 *   the queue is after each event is four times as slow as after ten.
 * - Where the queue is full, imfile waits (it is never discarded from) and the file keeps what comes.
 * - No TLS session tickets: unread, they hide from rsyslog that the receiver has gone, and an event is lost to it.
 * - Batches of one, tried every second: a batch that waits for the receiver when rsyslog is stopped is given up on,
 *   with all that it holds.
 */
export function rsyslog({ file, spool, host, port, tls }: Shipment): string {
  return `# Ships the events that decnet collects: save as /etc/rsyslog.d/decnet.conf, or rsyslogd -n -f FILE
# "${spool}" has to be there, and rsyslog has to be able to write in it.${tls === null ? '' : ' TLS: package rsyslog-gnutls.'}
# TCP has no receipts: what is on its way when the receiver breaks off can be lost or come twice, and so can the last
# ten or so events that rsyslog took in before it is killed.
global(maxMessageSize="${longestLine}")
module(load="imfile" mode="inotify" statefile.directory="${spool}")

template(name="decnet-line" type="string" string="%rawmsg%")

ruleset(name="decnet" queue.type="Direct") {
  action(
    name="decnet"
    type="omfwd"
    target="${host}"
    port="${port}"
    protocol="tcp"
    TCP_Framing="octet-counted"
    template="decnet-line"
    action.resumeRetryCount="-1"
    action.resumeInterval="1"
    action.resumeIntervalMax="1"
    queue.type="Disk"
    queue.filename="decnet"
    queue.spoolDirectory="${spool}"
    queue.size="200000"
    queue.checkpointInterval="10"
    queue.dequeueBatchSize="1"
    queue.timeoutShutdown="10"
    queue.timeoutActionCompletion="10000"
${tls === null ? '' : tlsText(tls)}  )
}

input(
  type="imfile"
  file="${file}{,.[0-9]*}"
  tag="decnet"
  ruleset="decnet"
  freshStartTail="off"
  persistStateInterval="0"
  persistStateAfterSubmission="on"
  deleteStateOnFileDelete="off"
)
`;
}

function tlsText({ ca, cert, key, serverName }: ShipmentTls): string {
  return `    streamDriver="gtls"
    streamDriverMode="1"
    streamDriverAuthMode="x509/name"
    gnutlsPriorityString="NORMAL:%NO_TICKETS"
    streamDriverPermittedPeers="${serverName}"
    streamDriver.CAFile="${ca}"
    streamDriver.CertFile="${cert}"
    streamDriver.KeyFile="${key}"
`;
}
