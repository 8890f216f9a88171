import { fluentBit } from './fluent-bit.ts';
import { rsyslog } from './rsyslog.ts';
import { vector } from './vector.ts';

/** The shippers that there are, each as the text of its configuration. */
export const shippers = { rsyslog, vector, 'fluent-bit': fluentBit } as const;

export type ShipperName = keyof typeof shippers;
