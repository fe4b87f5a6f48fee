/** Images of simulated nodes: an image's first use on a node takes a pull, later ones find it. */
import type { Clock } from '../../timing/clock.ts';
import type { ProfileSource } from '../profile-source.ts';
import type { ImageState, Images } from '../runtime.ts';
import { drawPullMs } from './life.ts';
import { imageStateAt, type NodeViews } from './node-view.ts';
import { imageIdOf, imageSizeOf } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { profiledPull } from './profiles/profiled-settings.ts';
import type { SimulationSettings } from './settings.ts';

interface NodeImagesOptions {
  readonly records: PodRecords;
  readonly views: NodeViews;
  readonly profiles: ProfileSource;
  readonly seed: number;
  readonly clock: Clock;
}

export class NodeImages implements Images {
  readonly #options: NodeImagesOptions;

  constructor(options: NodeImagesOptions) {
    this.#options = options;
  }

  async status(nodeName: string, image: string): Promise<ImageState> {
    return imageStateAt(await this.#options.views.get(nodeName), image, this.#options.clock.now());
  }

  /** Images tagged `invalid` never arrive; nor do any of a pod or node whose settings hold a `pullError`. */
  async pull(nodeName: string, image: string, forPodUid: string): Promise<ImageState> {
    const { views, seed, clock } = this.#options;
    const view = await views.get(nodeName);
    const before = imageStateAt(view, image, clock.now());
    if (before.state === 'pulling' || before.state === 'present') {
      return before;
    }
    const tries = (view.pulls.get(image)?.tries ?? 0) + 1;
    const settings = await this.#settings(nodeName, image, forPodUid, tries);
    const now = clock.now();
    const meanwhile = imageStateAt(view, image, now);
    if (meanwhile.state === 'pulling' || meanwhile.state === 'present') {
      return meanwhile;
    }
    const ms = drawPullMs(seed, nodeName, image, settings);
    const error = image.endsWith(':invalid') ? `${image}: not found` : settings.pullError;
    view.pulls.set(image, { doneAt: now + ms, ms, tries, ...(error === undefined ? {} : { error }) });
    return imageStateAt(view, image, now);
  }

  async #settings(node: string, image: string, forPodUid: string, tries: number): Promise<SimulationSettings> {
    const { records, profiles, seed } = this.#options;
    const record = await records.read(forPodUid);
    if (record === undefined || profiles.isEmpty) {
      return record?.settings ?? {};
    }
    const { namespace, labels = {} } = record;
    const target = { namespace, labels, image };
    return { ...profiledPull(await profiles.onNode(node), target, { node, tries, seed }), ...record.settings };
  }

  async list(nodeName: string): Promise<{ image: string; imageId: string; sizeBytes: number }[]> {
    const view = await this.#options.views.get(nodeName);
    const now = this.#options.clock.now();
    const names = new Set([...view.present, ...view.pulls.keys()]);
    return [...names]
      .filter((image) => imageStateAt(view, image, now).state === 'present')
      .sort()
      .map((image) => ({ image, imageId: imageIdOf(image), sizeBytes: imageSizeOf(image) }));
  }

  async remove(nodeName: string, image: string): Promise<void> {
    const view = await this.#options.views.get(nodeName);
    view.present.delete(image);
    view.pulls.delete(image);
  }
}
