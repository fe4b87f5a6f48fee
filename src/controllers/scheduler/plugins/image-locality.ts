/** Rather nodes that have the pod's images, the larger the better; less so when few nodes do. */
import type { NodeState } from '../cache/node-state.ts';
import type { NodeScorer, Plugin } from './plugin.ts';

const MIB = 2 ** 20;
const LEAST = 23 * MIB;
const MOST_A_CONTAINER = 1_000 * MIB;

/** As the kubelet reports it: an image without a tag is its latest. */
export const normalizedImage = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;

/** Most pods have one: its size on a node is remembered, and only what that is worth changes with the other nodes. */
const ofOneImage = (image: string, worth: (size: number) => number): NodeScorer => ({
  ofNodeAlone: true,
  points: ({ info }) => info?.images.get(image) ?? 0,
  normalize: (points) => {
    const worths = new Map<number, number>();
    for (let index = 0; index < points.length; index += 1) {
      const size = points[index] as number;
      const known = worths.get(size) ?? worth(size);
      worths.set(size, known);
      points[index] = known;
    }
  },
});

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  ready: ({ spec: { containers, initContainers = [] } }, { images, cache }) => {
    const wanted = [...initContainers, ...containers].map(({ image = '' }) => normalizedImage(image));
    const most = MOST_A_CONTAINER * wanted.length;
    // A rare image would draw all pods to the few nodes that have it.
    const shared = (size: number, image: string): number =>
      Math.floor((size * images.nodesWith(image)) / cache.nodes().length);
    const pointsOf = (sum: number): number =>
      Math.floor((100 * (Math.min(Math.max(sum, LEAST), most) - LEAST)) / (most - LEAST));
    const [first = '', ...others] = wanted;
    if (others.length === 0) {
      return { score: ofOneImage(first, (size) => pointsOf(shared(size, first))) };
    }
    const ofNode = ({ info }: NodeState): number =>
      pointsOf(wanted.reduce((sum, image) => sum + shared(info?.images.get(image) ?? 0, image), 0));
    return {
      score: {
        ofNodeAlone: false,
        points: (nodes) => (wanted.some((image) => images.nodesWith(image) > 0) ? nodes.map(ofNode) : undefined),
      },
    };
  },
};
