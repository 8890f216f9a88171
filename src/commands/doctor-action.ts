import type { Command } from 'commander';
import { createCompose } from '../compose/plugin.ts';
import { createDocker } from '../docker/dockerode.ts';
import { readEngineDetails } from '../docker/engine-details.ts';
import { diagnose } from '../doctor/doctor.ts';
import { reportText } from '../doctor/text.ts';
import { exitCodes } from '../errors.ts';
import { readKernelOptions } from '../host/kernel-options.ts';
import { createHost } from '../host/linux.ts';
import { templatesFolder } from '../package-root.ts';
import { execute } from '../process/execute.ts';
import { openSink } from '../render/sink.ts';
import { loadServices } from '../services/load-services.ts';
import { pathsOf, stateFileName } from '../state/paths.ts';
import { namespaceInode, thisProcess } from '../state/this-process.ts';
import { jsonLine } from '../text/json-line.ts';

interface Flags {
  readonly state?: string;
  readonly json?: true;
}

/** Prints the report; ends the process, since an engine that does not answer would hold it for long. */
export async function showDiagnosis(flags: Flags, program: Command): Promise<void> {
  const parts = await diagnose({
    docker: createDocker(),
    host: createHost(execute),
    compose: createCompose(execute),
    engineDetails: readEngineDetails,
    kernelOptions: readKernelOptions,
    services: () => loadServices(templatesFolder()),
    dockerHost: process.env.DOCKER_HOST,
    version: program.version() ?? '',
    paths: pathsOf(flags.state ?? stateFileName),
    self: { ...(await thisProcess()), command: 'doctor' },
    network: await namespaceInode('net'),
  });
  const sink = openSink(process.stdout);
  sink.line(flags.json ? jsonLine({ parts }) : reportText(parts).trimEnd());
  await sink.flush();
  process.exit(exitCodes.done);
}
