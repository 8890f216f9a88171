import { writeFile } from 'node:fs/promises';
import { execute } from '../../src/process/execute.ts';
import type { Programs } from './debian-programs.ts';

/** Files in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes the certificate of an authority in a folder, or with `by`, one that this authority has signed. */
export async function makeCertificate(
  { pathOf, env }: Programs,
  file: string,
  { name, by }: { readonly name: string; readonly by: Certificate | null },
): Promise<Certificate> {
  const made = { cert: `${file}.pem`, key: `${file}.key` };
  const configuration = `${file}.conf`;
  await writeFile(configuration, '[req]\ndistinguished_name = dn\n[dn]\n');
  const signer = by === null ? [] : ['-CA', by.cert, '-CAkey', by.key];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', made.key];
  const authority = ['-addext', `basicConstraints=critical,CA:${by === null}`];
  const args = ['req', '-x509', '-config', configuration, '-days', '2', '-out', made.cert];
  const all = [...args, ...key, ...names, ...authority, ...signer];
  const { exitCode, stderr } = await execute(pathOf('usr/bin/openssl'), all, { env });
  if (exitCode !== 0) throw new Error(`openssl ended with ${exitCode}:\n${stderr}`);
  return made;
}
