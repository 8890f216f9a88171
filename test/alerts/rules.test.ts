import { expect, it } from 'vitest';
import { type AlertRule, webhooksFor } from '../../src/alerts/rules.ts';
import { login } from './events.ts';

const rule = (over: Partial<AlertRule>): AlertRule => ({
  on: ['auth'],
  webhook: 'https://a.example/',
  deckies: null,
  services: null,
  ...over,
});

it.each<[string, Partial<AlertRule>, boolean]>([
  ['its event, of any decky and service', {}, true],
  ['one of its events', { on: ['upload', 'auth'] }, true],
  ['another event', { on: ['upload'] }, false],
  ['its decky', { deckies: ['web-01', 'files-01'] }, true],
  ['another decky', { deckies: ['web-01'] }, false],
  ['its service', { services: ['ssh'] }, true],
  ['another service', { services: ['http'] }, false],
  ['its decky, and another service', { deckies: ['files-01'], services: ['http'] }, false],
])('a rule and %s: %j, %s', (_, over, isTold) => {
  expect([...webhooksFor([rule(over)], login(1))]).toEqual(isTold ? ['https://a.example/'] : []);
});

it('tells a webhook once, however many rules name it, and every webhook that one names', () => {
  const rules = [rule({}), rule({ services: ['ssh'] }), rule({ webhook: 'https://b.example/' })];
  expect([...webhooksFor(rules, login(1))]).toEqual(['https://a.example/', 'https://b.example/']);
});
