import { templatesFolder } from '../package-root.ts';
import { loadServices } from '../services/load-services.ts';
import { withoutSecrets } from '../services/secrets.ts';

/** Data as a command may print it: without the secrets of services' options. */
export async function printable(data: unknown): Promise<unknown> {
  return withoutSecrets(data, await loadServices(templatesFolder()));
}
