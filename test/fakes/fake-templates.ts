import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A small folder `templates/`: the helper that all share, the runtime and three services. */
export async function writeTemplates(folder: string): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'decnet_logging.py': 'LOG = 1\n',
    'runtime/Dockerfile': 'FROM debian\n',
    'runtime/packages.txt': 'python3\n',
    'ssh/Dockerfile': 'FROM runtime\n',
    'ssh/server.py': 'PORT = 22\n',
    'tftp/Dockerfile': 'FROM runtime\n',
    'http/Dockerfile': 'FROM runtime\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
