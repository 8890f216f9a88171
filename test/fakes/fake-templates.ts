import { type Tree, writeTree } from './tree.ts';

/** A small folder `templates/`: the helper that all share, the runtime and three services. */
const templates: Tree = {
  'decnet_logging.py': 'LOG = 1\n',
  'runtime/Dockerfile': 'FROM debian\n',
  'runtime/packages.txt': 'python3\n',
  'ssh/Dockerfile': 'FROM runtime\n',
  'ssh/server.py': 'PORT = 22\n',
  'tftp/Dockerfile': 'FROM runtime\n',
  'http/Dockerfile': 'FROM runtime\n',
};

export function writeTemplates(folder: string): void {
  writeTree(folder, templates);
}
