/** The breaks that CHANGELOG.md announces. */

const UNRELEASED = /^## \[Unreleased\]\n([\s\S]*?)(?=^## |$(?![\s\S]))/m;

/** The words in backticks of each `- Breaking:` entry under `[Unreleased]`. */
export function announcedSubjects(changelog) {
  const [, unreleased = ''] = UNRELEASED.exec(changelog) ?? [];
  const entries = unreleased.split(/^- /m).slice(1);
  return entries
    .filter((entry) => entry.startsWith('Breaking:'))
    .flatMap((entry) => [...entry.replace(/\n\s*/g, ' ').matchAll(/`([^`]+)`/g)].map(([, subject]) => subject));
}

/** A path stands for its operations, a schema for its properties. */
const covers = (announced, subject) =>
  subject === announced || subject.startsWith(`${announced}.`) || subject.endsWith(` ${announced}`);

export const isAnnounced = (subjects, { subject }) => subjects.some((announced) => covers(announced, subject));
