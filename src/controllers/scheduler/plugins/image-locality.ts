/** Rather nodes that have the pod's images, the larger the better; less so when few nodes do. */
import type { Plugin } from './plugin.ts';

const MIB = 2 ** 20;
const LEAST = 23 * MIB;
const MOST_A_CONTAINER = 1_000 * MIB;

/** As the kubelet reports it: an image without a tag is its latest. */
export const normalizedImage = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  ready: ({ spec: { containers, initContainers = [] } }, { images, cache }) => {
    const wanted = [...initContainers, ...containers].map(({ image = '' }) => normalizedImage(image));
    const most = MOST_A_CONTAINER * wanted.length;
    return {
      score: {
        ofNodeAlone: false,
        prepare: () => wanted.some((image) => images.nodesWith(image) > 0),
        points: ({ info }) => {
          let sum = 0;
          for (const image of wanted) {
            const size = info?.images.get(image);
            // A rare image would draw all pods to the few nodes that have it.
            sum += size === undefined ? 0 : Math.floor((size * images.nodesWith(image)) / cache.nodes().length);
          }
          return Math.floor((100 * (Math.min(Math.max(sum, LEAST), most) - LEAST)) / (most - LEAST));
        },
      },
    };
  },
};
