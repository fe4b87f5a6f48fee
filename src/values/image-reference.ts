/** Whether an image can be named so. Pure. Source: github.com/distribution/reference, ParseNormalizedNamed. */

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DOMAIN = String.raw`(?:${LABEL}(?:\.${LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const PATH = `${COMPONENT}(?:/${COMPONENT})*`;
const TAG = String.raw`\w[\w.-]{0,127}`;
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?(${PATH})(?::${TAG})?(?:@(${DIGEST}))?$`);
const IDENTIFIER = /^[a-f0-9]{64}$/;

const INVALID = 'invalid reference format';
const MAX_NAME = 255;
const TOO_LONG = `repository name must not be more than ${MAX_NAME} characters`;
/** Longer than any host, name, tag and digest together: not worth the look. */
const MAX_REFERENCE = 4_096;
/** Of the algorithms that are known. */
const DIGEST_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** What is wrong with it; undefined: nothing. */
export function imageReferenceProblem(image: string): string | undefined {
  if (image.length > MAX_REFERENCE) {
    return TOO_LONG;
  }
  if (IDENTIFIER.test(image)) {
    return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`;
  }
  const [domain, rest] = splitDomain(image);
  const remote = rest.split(':', 1)[0] ?? '';
  if (remote !== remote.toLowerCase()) {
    return `${INVALID}: repository name (${remote}) must be lowercase`;
  }
  const full = `${domain}/${rest}`;
  const [, path, digest] = REFERENCE.exec(full) ?? [];
  if (path === undefined) {
    return REFERENCE.test(full.toLowerCase()) ? 'repository name must be lowercase' : INVALID;
  }
  return path.length > MAX_NAME ? TOO_LONG : digest && digestProblem(digest);
}

/** A first part is a host if it looks like one: it has a dot, a port or a capital, or is localhost. */
function splitDomain(image: string): readonly [domain: string, rest: string] {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const domain = isHost && first !== 'index.docker.io' ? first : 'docker.io';
  const rest = isHost ? image.slice(slash + 1) : image;
  return [domain, domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest];
}

function digestProblem(digest: string): string | undefined {
  const [algorithm = '', encoded = ''] = digest.split(':');
  const length = Object.hasOwn(DIGEST_LENGTH, algorithm) ? DIGEST_LENGTH[algorithm] : undefined;
  if (length === undefined) {
    return 'unsupported digest algorithm';
  }
  if (encoded.length !== length) {
    return 'invalid checksum digest length';
  }
  return encoded === encoded.toLowerCase() ? undefined : 'invalid checksum digest format';
}
