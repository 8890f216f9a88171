import { templatesFolder } from '../package-root.ts';
import { loadServices } from '../services/load-services.ts';
import { withoutSecrets } from '../services/secrets.ts';
import { jsonText } from '../text/json-line.ts';

/** Data as JSON that a command may print: without the secrets of services' options. */
export async function printable(data: object, indent = 0): Promise<string> {
  return jsonText(withoutSecrets(data, await loadServices(templatesFolder())), indent);
}
