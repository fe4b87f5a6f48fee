/** When an image is pulled: as the container says, else Always for `:latest` and for no tag, IfNotPresent otherwise. */
import type { Container } from './pod.ts';

export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export function imagePullPolicy({ image = '', imagePullPolicy: given }: Container): ImagePullPolicy {
  if (given === 'Always' || given === 'IfNotPresent' || given === 'Never') {
    return given;
  }
  const name = image.slice(image.lastIndexOf('/') + 1);
  return image.includes('@') || (name.includes(':') && !name.endsWith(':latest')) ? 'IfNotPresent' : 'Always';
}
