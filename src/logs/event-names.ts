/** Every event that a decky may log: the names of docs/events.md. */
export const eventNames: readonly string[] = [
  'start',
  'announce',
  'connect',
  'auth',
  'command',
  'request',
  'upload',
  'malformed',
  'disconnect',
  'egress-denied',
  'undisguised',
  'fault',
];
