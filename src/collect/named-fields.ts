import type { LogRecord } from '../logs/record.ts';

type Field = readonly [name: string, value: string];

const fixed = ['src_ip', 'src_port', 'dst_port', 'session'] as const;

/**
 * Everything that a decky said of an event, by name. A field of the event's own that is called like one of the fixed
 * keys or of `marks`, or like what such a field becomes, is `field_<name>`: no two become one.
 */
export function namedFields(record: LogRecord, marks: readonly string[]): readonly Field[] {
  const fields: Field[] = [];
  for (const name of fixed) {
    const value = record[name];
    if (value !== null) fields.push([name, String(value)]);
  }
  for (const [name, value] of Object.entries(record.fields)) {
    const plain = name.startsWith('field_') ? name.replace(/^(field_)+/, '') : name;
    const isTaken = marks.includes(plain) || fixed.some((one) => one === plain);
    fields.push([isTaken ? `field_${name}` : name, value]);
  }
  return fields;
}
