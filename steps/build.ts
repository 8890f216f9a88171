import { join } from 'node:path';
import { z } from 'zod';
import { DecnetError } from '../src/errors.ts';
import { imagePrefix, labels, serviceImage } from '../src/fleet/names.ts';
import { inParallel } from '../src/in-parallel.ts';
import { defineStep, type StepContext } from '../src/runner/step.ts';
import { runtimeTemplate } from '../src/services/templates.ts';

const imageSchema = z.object({ name: z.string(), tag: z.string(), context: z.string() });

const inputSchema = z.object({
  runtime: imageSchema,
  /** One a service, whatever the fleet's size. */
  services: z.array(imageSchema),
});

type Input = z.infer<typeof inputSchema>;
type ImageInput = z.infer<typeof imageSchema>;

/** How many images are built at a time with --parallel. */
const parallelBuilds = 4;

/** Ways in which Docker Hub does not deliver: then Debian's packages do. */
const registryFailures = new Set([
  'REGISTRY_UNREACHABLE',
  'REGISTRY_UNKNOWN',
  'REGISTRY_LIMIT',
  'DOCKER_TIMEOUT',
  'TLS_TIMEOUT',
]);

/** Builds the images. Nothing that runs is touched before all of them are there. */
export const build = defineStep({
  id: 'build',
  version: 1,
  title: 'Images',
  effect: 'reversible',
  input: inputSchema,
  output: z.object({ images: z.record(z.string(), z.string()) }),

  inputs: ({ images, paths }) => {
    const place = (name: string) => join(paths.contexts, name);
    return {
      runtime: { name: runtimeTemplate, tag: images.runtime.tag, context: place(runtimeTemplate) },
      services: Object.entries(images.services).map(([name, { tag }]) => ({
        name,
        tag,
        context: place(name),
      })),
    };
  },

  async check(context, input) {
    const missing = await missingImages(context, input);
    if (missing.length === input.services.length + 1) return { status: 'absent' };
    if (missing.length > 0) {
      return { status: 'drifted', differences: missing.map(({ tag }) => `image ${tag} is not built`) };
    }
    if (context.options.noCache) {
      return { status: 'drifted', differences: ['--no-cache asks for fresh images'] };
    }
    return { status: 'satisfied', output: { images: await imageIds(context, input) } };
  },

  async apply(context, input) {
    const missing = new Set((await missingImages(context, input)).map(({ tag }) => tag));
    const wanted = ({ tag }: ImageInput): boolean => context.options.noCache || missing.has(tag);
    if (wanted(input.runtime)) await buildRuntime(context, input.runtime);
    const services = input.services.filter(wanted);
    await inParallel(context.options.parallel ? parallelBuilds : 1, services, (image) =>
      buildImage(context, image, { RUNTIME: input.runtime.tag }),
    );
    return { images: await imageIds(context, input) };
  },

  // Images are a cache that deployments share: they go only with --images, and one in use stays.
  async undo(context, input) {
    if (!context.options.images) return;
    const { docker } = context.world;
    const known = knownTags(context, input);
    const images = await docker.listImages(labels.image);
    const tags = images.flatMap((image) => image.tags).filter((tag) => tag.startsWith(imagePrefix));
    // The runtime last: the others stand on it.
    const isRuntime = (tag: string) => tag.startsWith(serviceImage(runtimeTemplate, ''));
    for (const tag of tags.sort((a, b) => Number(isRuntime(a)) - Number(isRuntime(b)))) {
      if (known !== null && !known.has(tag)) continue;
      if ((await docker.removeImage(tag)) === 'in-use') context.say(`${tag} is in use and stays`);
    }
  },
});

/** The tags of this deployment; null when nothing remembers them, as where no state file was. */
function knownTags(context: StepContext, input: Input | null): ReadonlySet<string> | null {
  if (input !== null) return new Set([input.runtime, ...input.services].map(({ tag }) => tag));
  const images = context.deployment.read()?.images;
  if (images === undefined) return null;
  return new Set([images.runtime, ...Object.values(images.services)].map(({ tag }) => tag));
}

async function missingImages(context: StepContext, input: Input): Promise<readonly ImageInput[]> {
  const built = new Set((await context.world.docker.listImages(labels.image)).flatMap((image) => image.tags));
  return [input.runtime, ...input.services].filter(({ tag }) => !built.has(tag));
}

async function imageIds(context: StepContext, input: Input): Promise<Record<string, string>> {
  const images = await context.world.docker.listImages(labels.image);
  const ids = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image.id] as const)));
  const tags = [input.runtime, ...input.services].map(({ tag }) => tag);
  return Object.fromEntries(tags.map((tag) => [tag, ids.get(tag) ?? '']));
}

async function buildImage(
  context: StepContext,
  image: ImageInput,
  args: Readonly<Record<string, string>>,
): Promise<void> {
  context.say(`building ${image.tag}`);
  await context.world.images.build(
    {
      tag: image.tag,
      context: image.context,
      args,
      labels: { [labels.image]: image.name },
      noCache: context.options.noCache,
    },
    context.child,
  );
}

/**
 * Two ways to the same image: from Docker Hub's Debian, and where no registry is reached, from Debian's
 * packages as apt on this host gets them. What the second way made before, as on the lab, is taken first.
 */
async function buildRuntime(context: StepContext, image: ImageInput): Promise<void> {
  const { images } = context.world;
  const packages = join(image.context, 'packages.txt');
  const known = await images.findDebianRoot(packages);
  if (known !== null) return buildFromRoot(context, image, known);
  try {
    await buildImage(context, image, {});
  } catch (error) {
    if (!(error instanceof DecnetError) || !registryFailures.has(error.code)) throw error;
    context.say('no registry is reached: making the runtime image from Debian packages');
    await buildFromRoot(context, image, await images.debianRoot(packages, context.child));
  }
}

async function buildFromRoot(context: StepContext, image: ImageInput, archive: string): Promise<void> {
  const root = serviceImage('root', image.tag.slice(image.tag.indexOf(':') + 1));
  context.say(`importing ${archive}`);
  await context.world.docker.importImage(archive, root, { [labels.image]: 'root' });
  await buildImage(context, image, { ROOT: root });
  // The runtime image holds its layers; only the name goes.
  await context.world.docker.removeImage(root);
}
