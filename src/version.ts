/** Flotilla's own version, from package.json; the bundler keeps nothing else of that file. */
import { version } from '../package.json';

export const VERSION: string = version;
