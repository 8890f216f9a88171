import { describe, expect, it } from 'vitest';
import { templatesFolder } from '../../src/package-root.ts';
import { loadServices } from '../../src/services/load-services.ts';
import { masked, maskUrl, withoutSecrets } from '../../src/services/secrets.ts';

const services = await loadServices(templatesFolder());

describe('what is printed', () => {
  it('has no secret of a service, wherever in the data the service stands', () => {
    const ssh = {
      name: 'ssh',
      ports: [],
      config: { banner: 'x', accept: [{ username: 'root', password: 'hunter2' }] },
    };
    const redis = { name: 'redis', ports: [], config: { version: '', password: 'hunter3' } };
    const data = { steps: [{ input: { fleet: { deckies: [{ name: 'a', services: [ssh, redis] }] } } }] };
    expect(withoutSecrets(data, services)).toEqual({
      steps: [
        {
          input: {
            fleet: {
              deckies: [
                {
                  name: 'a',
                  services: [
                    { ...ssh, config: { banner: 'x', accept: [{ username: 'root', password: masked }] } },
                    { ...redis, config: { version: '', password: masked } },
                  ],
                },
              ],
            },
          },
        },
      ],
    });
  });

  it('hides an option that no manifest describes', () => {
    expect(withoutSecrets({ name: 'ssh', config: { token: 'hunter2' } }, services)).toEqual({
      name: 'ssh',
      config: { token: masked },
    });
  });

  it('shows that a secret is not set', () => {
    const redis = { name: 'redis', config: { version: '', password: '' } };
    expect(withoutSecrets(redis, services)).toEqual(redis);
  });

  it('has of the webhook of an alert where it leads to alone, wherever in the data it stands', () => {
    const rule = { on: ['auth'], deckies: null, services: null };
    const webhook = 'https://user:hunter2@hooks.example:8443/services/hunter3?key=hunter4#hunter5';
    const fleet = { name: 'office', alerts: [{ ...rule, webhook }] };
    expect(withoutSecrets({ fleet, steps: [{ input: { fleet } }] }, services)).toEqual({
      fleet: { name: 'office', alerts: [{ ...rule, webhook: 'https://hooks.example:8443/********' }] },
      steps: [
        {
          input: {
            fleet: { name: 'office', alerts: [{ ...rule, webhook: 'https://hooks.example:8443/********' }] },
          },
        },
      ],
    });
  });

  it.each(['hunter2', 'mailto:hunter2@a.example', 'file:///hunter2', '', 'https://'])(
    'has nothing of a webhook that leads nowhere: %j',
    (webhook) => {
      expect(maskUrl(webhook)).toBe(masked);
    },
  );

  it('has nothing of a webhook that is no text', () => {
    const data = { on: 'auth', webhook: ['https://hooks.example/hunter2'] };
    expect(withoutSecrets(data, services)).toEqual({ on: 'auth', webhook: masked });
  });

  it('is otherwise what it was', () => {
    const data = { name: 'office', config: 7, list: [1, null, { name: 'nobody', config: { a: 'b' } }] };
    expect(withoutSecrets(data, services)).toEqual(data);
  });

  it('hides every option that is called a password', () => {
    const passwords = JSON.stringify([...services.values()].map(({ config }) => config)).match(
      /"password":\{[^}]*\}/g,
    );
    expect(passwords?.length).toBeGreaterThanOrEqual(4);
    for (const password of passwords ?? []) expect(password).toContain('"writeOnly":true');
  });
});
