import { describe, expect, it } from 'vitest';
import { templatesFolder } from '../../src/package-root.ts';
import { loadServices } from '../../src/services/load-services.ts';
import { masked, withoutSecrets } from '../../src/services/secrets.ts';

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
