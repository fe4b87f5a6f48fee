/** When an image is pulled if nothing is said. Source: pkg/util/parsers, ParseImageName; SetDefaults_Container. */

/** Always for `:latest`, and for neither tag nor digest, which means `:latest`. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const [reference = '', digest] = image.split('@');
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : digest === undefined ? 'latest' : '';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}
